import { useQueryClient } from '@tanstack/preact-query';
import { useEffect, useRef, useState } from 'preact/hooks';

import { api, Problem, type Schemas, withResponse } from '../../../api/client';
import { exactText } from '../../../api/exact';
import { draftQuery, type DraftWithTag } from './query';

/** A patch may hold numbers that are kept as text, and text that is no number yet. */
export type DraftPatch = Record<string, unknown>;

/** How long after the last key what was written is saved, and how soon again when the API cannot be reached. */
const pause = 600;
const again = 5000;

export type Edits = {
  /** What was written over the draft, all of it. */
  patch: DraftPatch;
  set: (part: DraftPatch) => void;
  state: 'saved' | 'waiting' | 'saving' | 'unsaved';
  problem: Problem | null;
  /** What is wrong with a member, as a sentence. */
  fault: (name: string) => string | undefined;
  /** The draft as somebody else left it, when what was written here would undo that. */
  theirs: DraftWithTag | null;
  takeTheirs: () => void;
  keepMine: () => void;
  /** Who changed the draft while nothing was written here. */
  news: DraftWithTag | null;
  /** Rises when the fields are to begin again. */
  generation: number;
  /** Saves at once; gives the tag of what is saved, or throws what stands in its way. */
  flush: () => Promise<string>;
};

const memberOf = (field: string) => field.split(/[.[]/)[0] ?? field;

/** Useful is the part of a patch that nothing was said against. */
function useful(patch: DraftPatch, problem: Problem): DraftPatch {
  const wrong = new Set(problem.fields.map((f) => memberOf(f.field)));
  return Object.fromEntries(Object.entries(patch).filter(([name]) => !wrong.has(name)));
}

/**
 * useEdits keeps what is written over a draft and saves it a moment later, one request after the other.
 * Nothing that was typed is lost: what is refused stays, and the rest is saved; a draft that somebody
 * else has changed is not overwritten unless that is asked for.
 */
export function useEdits(jobId: string, draft: DraftWithTag): Edits {
  const client = useQueryClient();
  const [patch, setPatch] = useState<DraftPatch>({});
  const [state, setState] = useState<Edits['state']>('saved');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [theirs, setTheirs] = useState<DraftWithTag | null>(null);
  const [news, setNews] = useState<DraftWithTag | null>(null);
  const [generation, setGeneration] = useState(0);
  const now = useRef({
    tag: draft.etag,
    at: draft.version.updatedAt,
    patch: {} as DraftPatch,
    dirty: false,
    problem: null as Problem | null,
    going: null as Promise<void> | null,
    timer: undefined as ReturnType<typeof setTimeout> | undefined,
  }).current;

  const send = async (part: DraftPatch) => {
    if (Object.keys(part).length === 0) return;
    const { data, response } = await withResponse(
      api.PATCH('/workloads/jobs/{job}/draft', {
        params: { path: { job: jobId }, header: { 'If-Match': now.tag } },
        body: part as Schemas['DraftPatch'],
        bodySerializer: () => exactText(part, 0),
      }),
    );
    now.tag = response.headers.get('ETag') ?? now.tag;
    now.at = data.updatedAt;
  };
  const refused = (found: Problem | null) => {
    now.problem = found;
    setProblem(found);
  };
  const saveOnce = async () => {
    now.dirty = false;
    setState('saving');
    try {
      await send(now.patch);
      refused(null);
    } catch (failure) {
      const found = failure instanceof Problem ? failure : new Problem(0, '', 'It could not be saved.');
      refused(found);
      if (found.status === 412) {
        setTheirs(await client.fetchQuery({ ...draftQuery(jobId), staleTime: 0 }).catch(() => null));
      } else if (found.fields.length) {
        await send(useful(now.patch, found)).catch(() => {});
      } else if (found.away) {
        now.dirty = true;
        now.timer = setTimeout(() => void save(), again);
      }
    }
    setState(now.problem ? 'unsaved' : 'saved');
    void client.invalidateQueries({ queryKey: ['job', jobId] });
  };
  const save = (): Promise<void> => {
    clearTimeout(now.timer);
    now.going ??= (async () => {
      do await saveOnce();
      while (now.dirty && !now.problem?.away);
      now.going = null;
    })();
    return now.going;
  };
  const begin = (from: DraftWithTag) => {
    [now.tag, now.at, now.patch, now.dirty] = [from.etag, from.version.updatedAt, {}, false];
    setPatch({});
    refused(null);
    setTheirs(null);
    setState('saved');
    setGeneration((n) => n + 1);
  };

  useEffect(() => {
    const newer = draft.etag !== now.tag && draft.version.updatedAt > now.at;
    if (!newer || now.dirty || now.going || now.problem) return;
    begin(draft);
    setNews(draft);
  }, [draft.etag]);
  useEffect(() => {
    const leave = (event: Event) => (now.dirty || now.going || now.problem) && event.preventDefault();
    addEventListener('beforeunload', leave);
    return () => {
      removeEventListener('beforeunload', leave);
      if (now.dirty) void save();
    };
  }, []);

  return {
    patch,
    state,
    problem,
    theirs,
    news,
    generation,
    set: (part) => {
      now.patch = { ...now.patch, ...part };
      now.dirty = true;
      setPatch(now.patch);
      setNews(null);
      if (theirs) return; // someone decides first whose words stand
      setState('waiting');
      clearTimeout(now.timer);
      now.timer = setTimeout(() => void save(), pause);
    },
    fault: (name) => {
      const found = problem?.fields.find((f) => f.field === name || (!name.includes('.') && memberOf(f.field) === name));
      return found?.detail;
    },
    takeTheirs: () => theirs && begin(theirs),
    keepMine: () => {
      if (!theirs) return;
      [now.tag, now.at] = [theirs.etag, theirs.version.updatedAt];
      setTheirs(null);
      void save();
    },
    flush: async () => {
      while ((now.going || now.dirty) && !now.problem?.away) await save();
      if (now.problem) throw now.problem;
      return now.tag;
    },
  };
}

/** The journal's stream: what it tells makes the queries about it be asked again, in place. */

import { useQueryClient } from '@tanstack/preact-query';
import { createParser } from 'eventsource-parser';
import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

import { Later, useFirstCame } from './later';
import { currentSession } from './session';
import { config } from '../config';

export type LiveState = { state: 'opening' | 'live' | 'paused' | 'lost'; heardAt: number };
export type JournalEvent = { seq: number; kind: string; jobId: string | null; runId: string | null };

const Live = createContext<LiveState>({ state: 'lost', heardAt: 0 });
export const useLive = () => useContext(Live);

/** How long to wait before the stream is opened again, and how often is asked without one. */
const again = 10_000;
/** Events that come together make one round of questions. */
const gather = 500;

/** keyOf says which queries are about a job, or about all. */
export const about = (what: string, ...more: (string | number | undefined)[]) => [what, ...more];

export function LiveProvider({ children }: { children: ComponentChildren }) {
  const client = useQueryClient();
  const [live, setLive] = useState<LiveState>({ state: 'opening', heardAt: Date.now() });
  const first = useFirstCame();

  useEffect(() => {
    if (!first) return; // the stream comes after what is shown first
    let stop: AbortController | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let cursor: string | undefined;
    let gathered = new Set<string>();
    let gathering: ReturnType<typeof setTimeout> | undefined;

    const tell = (event: JournalEvent) => {
      gathered.add(event.jobId ?? '');
      gathering ??= setTimeout(() => {
        const jobs = gathered;
        gathered = new Set();
        gathering = undefined;
        void client.invalidateQueries({
          predicate: ({ queryKey: [what, job] }) => what !== 'job' || jobs.has(String(job)),
        });
      }, gather);
    };
    const heard = () => setLive({ state: 'live', heardAt: Date.now() });
    const lost = () => setLive((l) => ({ state: document.hidden ? 'paused' : 'lost', heardAt: l.heardAt }));

    const listen = async () => {
      stop = new AbortController();
      try {
        await follow(cursor, stop.signal, heard, (id, event) => {
          cursor = id;
          tell(event);
        });
      } catch (error) {
        if (error instanceof CursorLost) cursor = undefined;
      }
      if (stop.signal.aborted) return;
      lost();
      void client.invalidateQueries();
      timer = setTimeout(listen, again);
    };
    const watch = () => {
      clearTimeout(timer);
      stop?.abort();
      if (document.hidden) {
        lost();
      } else {
        void client.invalidateQueries();
        void listen();
      }
    };
    document.addEventListener('visibilitychange', watch);
    void listen();
    return () => {
      document.removeEventListener('visibilitychange', watch);
      clearTimeout(timer);
      clearTimeout(gathering);
      stop?.abort();
    };
  }, [client, first]);

  return (
    <Later.Provider value={first}>
      <Live.Provider value={live}>{children}</Live.Provider>
    </Later.Provider>
  );
}

class CursorLost extends Error {}

/** follow reads the stream until it ends. */
async function follow(
  cursor: string | undefined,
  signal: AbortSignal,
  heard: () => void,
  onEvent: (id: string, event: JournalEvent) => void,
) {
  const headers = new Headers({ Accept: 'text/event-stream' });
  const { token } = currentSession();
  if (token) headers.set('Authorization', `Bearer ${token}`);
  if (cursor) headers.set('Last-Event-ID', cursor);
  const response = await fetch(`${config.api}/me/events`, { headers, signal, credentials: 'same-origin', cache: 'no-store' });
  if (response.status === 410) throw new CursorLost();
  if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
  heard();
  const parser = createParser({
    onEvent: ({ id, data }) => {
      if (id) onEvent(id, JSON.parse(data) as JournalEvent);
    },
  });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    parser.feed(decoder.decode(value, { stream: true }));
  }
}

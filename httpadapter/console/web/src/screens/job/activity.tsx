import { useInfiniteQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';

import { type JournalEvent, journalQuery } from '../../api/events';
import { Loading } from '../../app/screens';
import { Empty, Failed } from '../../ui/empty';
import { Glyph } from '../../ui/glyph';
import type { GlyphName } from '../../ui/glyphs';
import { reasonOfTick, sentence } from '../../ui/reason';
import { Time } from '../../ui/time';
import { fateOf } from '../why/query';
import type { TabProps } from '.';

/** ActivityTab is the job's part of the journal: what was done to it, and what happened. */
export function ActivityTab({ described }: TabProps) {
  const { job } = described;
  const list = useInfiniteQuery(journalQuery({ jobId: job.id }));
  if (list.isError && !list.data) return <Failed error={list.error} again={() => void list.refetch()} />;
  if (!list.data) return <Loading what="activity" />;
  const events = list.data.pages.flatMap((page) => page.items);
  if (!events.length) return <Empty title="Nothing has happened lately">The journal is kept for a while, and holds nothing of this job.</Empty>;
  return (
    <>
      <table class="table flow" role="table" aria-label="What happened, newest first">
        <thead role="rowgroup">
          <tr role="row">
            {['At', 'What', 'By'].map((name) => (
              <th key={name} role="columnheader" scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {events.map((event) => (
            <tr role="row" key={event.seq}>
              <td role="cell">
                <Time at={event.at} zone={job.cronTimezone} shape="second" />
              </td>
              <td role="cell" class="full">
                <span class="what-happened">
                  <Glyph name={glyphOf(event)} fate />
                  <span>
                    {wordsOf(event)} {event.runId && <Link href={`/jobs/${job.id}/runs/${event.runId}`}>The run</Link>}
                  </span>
                </span>
              </td>
              <td role="cell">{event.memberId ?? <span class="q">the scheduler</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="pager">
        <div class="end">
          {list.hasNextPage && (
            <button class="btn" type="button" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Older
            </button>
          )}
        </div>
      </div>
    </>
  );
}

const glyphOf = (event: JournalEvent): GlyphName => {
  if (event.kind === 'run.succeeded') return 'ok';
  if (event.kind === 'run.started') return 'run';
  if (event.kind === 'run.created') return 'wait';
  if (/^(run\.(failed|timeout|cancelled)|tick\.|hold\.)/.test(event.kind)) return fateOf(event);
  return 'clock';
};

const plain: Record<string, string> = {
  'job.created': 'The job was made.',
  'job.updated': 'Its key, description, labels or status were changed.',
  'job.deleted': 'The job was deleted.',
  'draft.created': 'A draft was begun.',
  'draft.updated': 'The draft was changed.',
  'draft.discarded': 'The draft was discarded.',
  'teams.granted': 'It was granted to teams.',
  'team.revoked': 'A team was removed.',
  'schedule.reset': 'The schedule was reset.',
  'run.created': 'A run was made.',
  'run.released': 'A run was released.',
  'run.started': 'A run began.',
  'run.cancel_requested': 'A run was asked to stop.',
  'run.deleted': 'A run was deleted.',
  'run.succeeded': 'A run succeeded.',
};

function wordsOf(event: JournalEvent): string {
  const known = plain[event.kind];
  if (known) return known;
  switch (event.kind) {
    case 'version.published':
      return `Version ${event.toVersion} was published.`;
    case 'version.activated':
      return `Version ${event.toVersion} was made active again; it was ${event.fromVersion}.`;
    case 'run.failed':
    case 'run.timeout':
    case 'run.cancelled': {
      const word = { 'run.failed': 'failed', 'run.timeout': 'timed out', 'run.cancelled': 'was cancelled' }[event.kind];
      return `${event.attempt && event.attempt > 1 ? `Attempt ${event.attempt}` : 'A run'} ${word}. ${sentence(event.reason ?? '')}`;
    }
    default:
      if (!event.kind.startsWith('tick.')) return event.kind;
      return `${event.count && event.count > 1 ? `${event.count} ticks were` : 'A tick was'} ${event.kind.slice(5)}. ${reasonOfTick({ verdict: event.kind.slice(5), reason: event.reason })}`;
  }
}

import { useInfiniteQuery } from '@tanstack/preact-query';
import { useLocation, useSearch } from 'wouter-preact';

import { Loading } from '../../../app/screens';
import { Empty, Failed } from '../../../ui/empty';
import { Seg } from '../../../ui/seg';
import { Time } from '../../../ui/time';
import type { TabProps } from '..';
import { Durations } from './durations';
import { parseSearch, rowsOf, runsQuery, searchText, ticksQuery, type RunsSearch } from './query';
import { RunRow, TickRow } from './row';

const triggers = { schedule: 'its schedule', manual: 'hand', retry: 'a retry', dependency: 'other jobs', backfill: 'a backfill' };

/** RunsTab shows the job's runs, and between them the ticks that made none. */
export function RunsTab({ described }: TabProps) {
  const { job } = described;
  const [, go] = useLocation();
  const search = parseSearch(useSearch());
  const change = (part: Partial<RunsSearch>) => go(`/jobs/${job.id}/runs?${searchText({ ...search, ...part })}`, { replace: true });
  const runs = useInfiniteQuery(
    runsQuery(job.id, {
      ...(search.status && { status: [search.status] }),
      ...(search.trigger && { trigger: search.trigger as keyof typeof triggers }),
    }),
  );
  const withTicks = search.ticks && !search.status && !search.trigger;
  const ticks = useInfiniteQuery(ticksQuery(job.id));
  if (runs.isError && !runs.data) return <Failed error={runs.error} again={() => void runs.refetch()} />;
  const all = runs.data?.pages.flatMap((page) => page.items) ?? [];
  const oldest = runs.hasNextPage ? Date.parse(all.at(-1)?.nominalAt ?? all.at(-1)?.createdAt ?? '') : 0;
  const allTicks = ticks.data?.pages.flatMap((page) => page.items) ?? [];
  const rows = rowsOf(all, withTicks ? allTicks : [], oldest);
  const longest = Math.max(1, ...all.map((run) => run.runnerExecutionTimeUs ?? 0));
  return (
    <div class="s-runs">
      <Durations job={job} runs={all} ticks={allTicks} />
      <section class="section" aria-labelledby="h-runs">
        <div class="section-head">
          <h2 id="h-runs">Runs</h2>
          <span class="s q">newest first</span>
        </div>
        <form class="filters" onSubmit={(event) => event.preventDefault()}>
          <Seg
            label="Outcome"
            value={search.status}
            options={{ '': 'All', failed: 'Failed', timeout: 'Timed out', succeeded: 'Succeeded' }}
            onChange={(status) => change({ status })}
          />
          <select class="select" aria-label="Started by" value={search.trigger} onChange={(event) => change({ trigger: event.currentTarget.value })}>
            <option value="">Started by anything</option>
            {Object.entries(triggers).map(([name, words]) => (
              <option key={name} value={name}>
                Started by {words}
              </option>
            ))}
          </select>
          <label class="check">
            <input type="checkbox" checked={withTicks} disabled={!!search.status || !!search.trigger} onChange={(event) => change({ ticks: event.currentTarget.checked })} /> Ticks without a run
          </label>
        </form>
        {!runs.data ? (
          <Loading what="runs" />
        ) : rows.length === 0 ? (
          <NoRuns filtered={!!search.status || !!search.trigger} next={job.nextRunAt} zone={job.cronTimezone} />
        ) : (
          <table class="table flow rt" role="table" aria-label="Runs and ticks">
            <thead role="rowgroup">
              <tr role="row">
                {['Run', 'For the tick of', 'Outcome', 'Why', 'Started', 'Took'].map((name) => (
                  <th key={name} role="columnheader" scope="col">
                    {name}
                  </th>
                ))}
                <th role="columnheader" scope="col" class="num">
                  Version
                </th>
              </tr>
            </thead>
            <tbody role="rowgroup">
              {rows.map((row) =>
                row.kind === 'run' ? (
                  <RunRow key={row.run.id} job={job} row={row} longest={longest} />
                ) : (
                  <TickRow key={row.tick.nominalAt} job={job} tick={row.tick} />
                ),
              )}
            </tbody>
          </table>
        )}
        <div class="pager">
          {all.length > 0 && (
            <span>
              Since <Time at={all.at(-1)?.createdAt ?? ''} zone={job.cronTimezone} shape="day" bare />
            </span>
          )}
          <div class="end">
            {runs.hasNextPage && (
              <button class="btn" type="button" disabled={runs.isFetchingNextPage} onClick={() => void Promise.all([runs.fetchNextPage(), ticks.hasNextPage && ticks.fetchNextPage()])}>
                Older
              </button>
            )}
          </div>
        </div>
      </section>
    </div>
  );
}

function NoRuns({ filtered, next, zone }: { filtered: boolean; next: string | null; zone: string }) {
  if (filtered) return <Empty title="No run matches">None of the runs that are kept is so.</Empty>;
  return (
    <Empty title="No runs yet">
      {next ? (
        <>
          Its next tick is <Time at={next} zone={zone} />.
        </>
      ) : (
        'It runs when someone asks.'
      )}
    </Empty>
  );
}

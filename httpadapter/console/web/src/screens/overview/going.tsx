import { useQueries, useQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { Link } from 'wouter-preact';

import { jobQuery } from '../../api/queries';
import { roughly, sentenceDuration } from '../../ui/duration';
import { FateMark } from '../../ui/fate';
import { waitInWords } from '../../ui/reason';
import { lengthOf } from '../../ui/strip';
import { Table } from '../../ui/table';
import { runningQuery } from './query';
import { usualOf } from './trouble';

/** How many runs are compared with what is usual: each asks for its job. */
const most = 6;

/** Going lists what runs now, for how long against what is usual, and what waits. */
export function Going() {
  const list = useQuery(runningQuery()).data;
  const all = list?.items ?? [];
  const runs = all.filter((run) => run.dispatchedAt);
  const waiting = all.filter((run) => !run.dispatchedAt);
  const now = useSeconds(runs.length > 0);
  const ids = [...new Set(runs.map((run) => run.jobId))].slice(0, most);
  const described = useQueries({ queries: ids.map((id) => ({ ...jobQuery(id), staleTime: 300_000 })) });
  const usual = new Map(described.flatMap(({ data }) => (data ? [[data.job.id, usualOf(data.recentRuns, lengthOf)] as const] : [])));
  return (
    <section class="section" aria-labelledby="h-going">
      <div class="section-head">
        <h2 id="h-going">Running now</h2>
        {list && <span class="s q">{counted(runs.length, waiting.length, !!list.marker)}</span>}
      </div>
      {all.length > 0 && (
        <Table label="Running now" columns={['Job', { name: 'Going for', class: 'num' }, { name: 'Against what is usual', class: 'c-meter' }]}>
          {[...runs, ...waiting].map((run) => (
            <tr role="row" key={run.id}>
              <td role="cell">
                <Link class="key" href={`/jobs/${run.jobId}/runs/${run.id}`}>
                  {run.jobKey}
                </Link>
              </td>
              <td role="cell" class="num push">
                {run.dispatchedAt ? sentenceDuration(now - Date.parse(run.dispatchedAt)) : <FateMark fate="wait" />}
              </td>
              <td role="cell" class="c-meter full">
                {run.dispatchedAt ? (
                  <Meter so={now - Date.parse(run.dispatchedAt)} usual={usual.get(run.jobId)} />
                ) : (
                  <span class="s q">{waitInWords(run.waitingFor)}</span>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function counted(runs: number, waiting: number, more: boolean): string {
  if (!runs && !waiting) return 'nothing';
  const parts = [runs > 0 && (runs === 1 ? '1 run' : `${runs} runs`), waiting > 0 && `${waiting} ${waiting === 1 ? 'waits' : 'wait'}`].filter(Boolean);
  return `${more ? 'the newest: ' : ''}${parts.join('; ')}`;
}

/** Meter is a length of time beside the usual one, which stands at four fifths until it is passed. */
function Meter({ so, usual }: { so: number; usual: number | undefined }) {
  if (!usual) return usual === undefined ? null : <span class="s q">no run has succeeded yet</span>;
  const whole = Math.max(usual, so) / 0.8;
  const percent = (ms: number) => `${((ms / whole) * 100).toFixed(2)}%`;
  const over = so - usual;
  return (
    <div class="m2">
      <svg class="meter" role="img" aria-label={`${roughly(so)} of usually ${roughly(usual)}`}>
        <rect x="0" y="7" width="100%" height="6" rx="1" fill="var(--quiet-tint)" />
        <rect class="m-run" x="0" y="7" width={percent(so)} height="6" rx="1" />
        {over > 0 && <rect x={percent(usual)} y="7" width={percent(over)} height="6" fill="var(--skip-fill)" />}
        <rect x={percent(usual)} y="3" width="2" height="14" fill="var(--ink)" />
      </svg>
      <span class="s q nowrap">{over > usual * 0.2 ? `${roughly(over)} longer` : `usual ${roughly(usual)}`}</span>
    </div>
  );
}

/** useSeconds is the time, second by second while something goes. */
function useSeconds(going: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!going) return;
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, 1000);
    return () => clearInterval(timer);
  }, [going]);
  return now;
}

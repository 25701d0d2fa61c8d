/** The last 20 runs of a job: height is duration on the job's own scale; what failed hangs below the line. */

import { sentenceDuration } from './duration';
import { wordOf, fateOfRun } from './fate';
import { ownZone, timeWithZone } from './time';

export type StripRun = {
  status: string;
  runnerExecutionTimeUs?: number | null;
  createdAt: string;
  finishedAt?: string | null;
};

const places = 20;
const pitch = 7;
const top = 2;
const line = 17;

export const lengthOf = (run: StripRun): number => {
  if (run.runnerExecutionTimeUs) return run.runnerExecutionTimeUs / 1000;
  if (!run.finishedAt) return 0;
  return Math.max(0, Date.parse(run.finishedAt) - Date.parse(run.createdAt));
};

/** Strip takes the newest runs first, as the API gives them. */
export function Strip({ runs, label }: { runs: StripRun[]; label: string }) {
  const shown = runs.slice(0, places).reverse();
  const longest = Math.max(1, ...shown.map(lengthOf));
  const first = places - shown.length;
  return (
    <svg class="strip" viewBox="0 0 140 24" role="img" aria-label={`${label}: ${counted(shown)}`}>
      <path class="m-line" d="M0 17.5h140" />
      {Array.from({ length: first }, (_, i) => (
        <path key={i} class="m-none" d={`M${i * pitch + 3.5} 16v1`} />
      ))}
      {shown.map((run, i) => (
        <g key={i} data-tip={said(run)}>
          <rect x={(first + i) * pitch} width={pitch} height="24" fill="none" pointer-events="all" />
          <Mark run={run} x={(first + i) * pitch + 1} share={lengthOf(run) / longest} />
        </g>
      ))}
    </svg>
  );
}

/** said is a run in words: how it ended, when it was made, and how long it took. */
function said(run: StripRun): string {
  const took = run.finishedAt && lengthOf(run) > 0 ? `, took ${sentenceDuration(lengthOf(run))}` : '';
  return `${wordOf(fateOfRun(run.status))}${took}\n${timeWithZone(new Date(run.createdAt), ownZone)}`;
}

function Mark({ run, x, share }: { run: StripRun; x: number; share: number }) {
  const h = Math.max(3, Math.round(share * (line - top)));
  const y = line - h;
  switch (fateOfRun(run.status)) {
    case 'ok':
      return <rect class="m-ok" x={x} y={y} width="5" height={h} />;
    case 'fail':
      return (
        <>
          <rect class="m-fail" x={x} y={y} width="5" height={h} />
          <rect class="m-fail" x={x} y="19" width="5" height="5" />
        </>
      );
    case 'timeout':
      return (
        <>
          <rect class="m-timeout" x={x + 0.6} y={top + 0.6} width="3.8" height={line - top - 1.2} />
          <rect class="m-fail" x={x} y="19" width="5" height="5" />
        </>
      );
    case 'cancel':
      return <rect class="m-cancel" x={x + 0.6} y={y + 0.6} width="3.8" height={h - 1.2} />;
    case 'wait':
      return <rect class="m-wait" x={x + 0.6} y="11.6" width="3.8" height="4.8" />;
    default:
      return (
        <>
          <rect class="m-run" x={x} y="8" width="5" height="9" />
          <rect class="m-run" x={x} y="5" width="5" height="1.5" />
        </>
      );
  }
}

function counted(runs: StripRun[]) {
  if (!runs.length) return 'no run yet';
  const counts = new Map<string, number>();
  for (const run of runs) {
    const word = wordOf(fateOfRun(run.status)).toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, n]) => `${n} ${word}`).join(', ');
}

import type { ListedVersion } from './query';

const kinds = [
  ['succeeded', 'm-ok', 'succeeded'],
  ['failed', 'm-fail', 'failed'],
  ['timeout', 'm-timeout', 'timed out'],
  ['cancelled', 'm-cancel', 'cancelled'],
  ['active', 'm-run', 'going'],
] as const;

const width = 120;

/** Outcomes says how the runs of a version ended; what failed hangs lower. */
export function Outcomes({ runs }: { runs: ListedVersion['runs'] }) {
  const counts = kinds.map(([name, mark, word]) => ({ n: runs[name], mark, word, good: name === 'succeeded' || name === 'active' })).filter((k) => k.n > 0);
  const all = counts.reduce((sum, k) => sum + k.n, 0);
  if (!all) return <span class="q">No runs</span>;
  let x = 0;
  return (
    <div class="oc">
      <svg width={width} height="12" viewBox={`0 0 ${width} 12`} aria-hidden="true" preserveAspectRatio="none">
        {counts.map((k) => {
          const w = Math.max(2, (k.n / all) * width - 1);
          const at = x;
          x += w + 1;
          return <rect key={k.word} class={k.mark} x={at} y={k.good ? 0 : 4} width={w} height="8" />;
        })}
      </svg>
      <span class="nowrap">{counts.map((k) => `${k.n.toLocaleString('en')} ${k.word}`).join(', ')}</span>
    </div>
  );
}

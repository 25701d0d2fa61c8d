/** How long the last runs took, and which ticks made none, drawn by uPlot. */

import 'uplot/dist/uPlot.min.css';

import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';

import type { Job } from '../../../api/queries';
import { roughly, sentenceDuration } from '../../../ui/duration';
import { type Fate, fateOfRun, fateOfTick, wordOf } from '../../../ui/fate';
import { Legend } from '../../../ui/legend';
import { lengthOf } from '../../../ui/strip';
import { timeText } from '../../../ui/time';
import type { Run, Tick } from './query';

const shown = 40;
const height = 190;

type Bar = { at: number; seconds: number; fate: Fate; version: number | null };

/** barsOf are the last runs that began and the ticks between them, oldest first. */
export function barsOf(runs: Run[], ticks: Tick[]): Bar[] {
  const bars: Bar[] = runs
    .filter((run) => run.finishedAt && run.dispatchedAt)
    .map((run) => ({ at: Date.parse(run.nominalAt ?? run.createdAt), seconds: lengthOf(run) / 1000, fate: fateOfRun(run.status), version: run.jobVersion }));
  const oldest = Math.min(...bars.map((bar) => bar.at));
  for (const tick of ticks) {
    const at = Date.parse(tick.nominalAt);
    if (tick.verdict !== 'fired' && at >= oldest) bars.push({ at, seconds: 0, fate: fateOfTick(tick.verdict), version: null });
  }
  return bars.sort((a, b) => a.at - b.at).slice(-shown);
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export function Durations({ job, runs, ticks }: { job: Job; runs: Run[]; ticks: Tick[] }) {
  const bars = useMemo(() => barsOf(runs, ticks), [runs, ticks]);
  if (bars.filter((bar) => bar.version !== null).length < 3) return null;
  const good = bars.filter((bar) => bar.fate === 'ok' && bar.version === job.currentVersion).map((bar) => bar.seconds);
  const fates = [...new Set(bars.map((bar) => bar.fate))];
  return (
    <section aria-labelledby="h-durations">
      <div class="section-head">
        <h2 id="h-durations">Durations</h2>
        {good.length > 0 && (
          <span class="s q">
            Half take less than {roughly(median(good) * 1000)} under version {job.currentVersion}
          </span>
        )}
      </div>
      <Plot job={job} bars={bars} />
      <Legend fates={fates} />
    </section>
  );
}

const inks: Partial<Record<Fate, string>> = {
  ok: '--ok-fill',
  fail: '--fail-fill',
  timeout: '--fail-fill',
  run: '--run-fill',
  'skip-f': '--skip-fill',
  miss: '--miss-fill',
  coal: '--miss-fill',
  sup: '--miss-fill',
};

const ink = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const inkOf = (fate: Fate) => ink(inks[fate] ?? '--quiet-fill');

function Plot({ job, bars }: { job: Job; bars: Bar[] }) {
  const place = useRef<HTMLDivElement>(null);
  const label = `The last ${bars.length} runs and ticks: ${describe(bars)}`;
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const draw = () => {
      element.replaceChildren();
      const plot = new uPlot(optionsOf(job, bars, element.clientWidth), [bars.map((_, i) => i), bars.map((bar) => bar.seconds)], element);
      return plot;
    };
    let plot = draw();
    const again = () => {
      plot.destroy();
      plot = draw();
    };
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    const theme = matchMedia('(prefers-color-scheme: dark)');
    theme.addEventListener('change', again);
    return () => {
      watch.disconnect();
      theme.removeEventListener('change', again);
      plot.destroy();
    };
  }, [bars, job.cronTimezone, job.timeoutSeconds]);
  return <div ref={place} class="plot-place" role="img" aria-label={label} />;
}

function describe(bars: Bar[]): string {
  const counts = new Map<string, number>();
  for (const bar of bars) counts.set(wordOf(bar.fate).toLowerCase(), (counts.get(wordOf(bar.fate).toLowerCase()) ?? 0) + 1);
  return [...counts].map(([word, n]) => `${n} ${word}`).join(', ');
}

function optionsOf(job: Job, bars: Bar[], width: number): uPlot.Options {
  const most = Math.max(1, ...bars.map((bar) => bar.seconds));
  const limit = job.timeoutSeconds > 0 && job.timeoutSeconds <= most * 1.5 ? job.timeoutSeconds : 0;
  const top = Math.max(most, limit) * 1.1;
  const font = `11px ${ink('--font-sans')}`;
  const fills = bars.map((bar) => (bar.fate === 'timeout' ? ink('--fail-tint') : inkOf(bar.fate)));
  return {
    width,
    height,
    padding: [14, 8, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: [-0.6, bars.length - 0.4] }, y: { range: [-top * 0.14, top] } },
    axes: [
      {
        stroke: ink('--ink-3'),
        font,
        grid: { show: false },
        ticks: { show: false },
        splits: () => bars.map((_, i) => i).filter((i) => i % Math.ceil(bars.length / Math.max(2, width / 130)) === 0),
        values: (_, splits) => splits.map((i) => (bars[i] ? timeText(new Date(bars[i].at), job.cronTimezone, bars.length > 30 && spanDays(bars) < 3 ? 'clock' : 'day') : '')),
      },
      {
        stroke: ink('--ink-3'),
        font,
        size: 76,
        grid: { stroke: ink('--line'), width: 1 },
        ticks: { show: false },
        splits: () => splitsOf(top),
        values: (_, splits) => splits.map((s) => (s < 0 ? '' : s === 0 ? 'no run' : sentenceDuration(s * 1000))),
      },
    ],
    series: [
      {},
      {
        paths: uPlot.paths.bars?.({
          size: [0.62, 26],
          disp: {
            fill: { unit: 3, values: () => fills },
            stroke: { unit: 3, values: () => bars.map((bar) => inkOf(bar.fate)) },
          },
        }),
        points: { show: false },
        width: 1,
      },
    ],
    hooks: { draw: [(u) => mark(u, bars, limit, top, font)] },
  };
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** splitsOf are the round lengths at which lines are drawn. */
function splitsOf(top: number): number[] {
  const step = steps.find((s) => top / s <= 4) ?? top / 4;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
}

const spanDays = (bars: Bar[]) => ((bars.at(-1)?.at ?? 0) - (bars[0]?.at ?? 0)) / 86_400_000;

/** mark draws what hangs below the line, where a version begins, and the timeout. */
function mark(u: uPlot, bars: Bar[], limit: number, top: number, font: string) {
  const { ctx } = u;
  const ratio = devicePixelRatio;
  const x = (i: number) => u.valToPos(i, 'x', true);
  const y = (s: number) => u.valToPos(s, 'y', true);
  ctx.save();
  ctx.textAlign = 'left';
  let version: number | null = null;
  bars.forEach((bar, i) => {
    ctx.fillStyle = inkOf(bar.fate);
    if (bar.version === null) {
      ctx.fillRect(x(i) - 3 * ratio, y(-top * 0.07) - 3 * ratio, 6 * ratio, 6 * ratio);
    } else if (bar.fate === 'fail' || bar.fate === 'timeout') {
      ctx.fillRect(x(i) - 5 * ratio, y(-top * 0.03), 10 * ratio, 4 * ratio);
    }
    if (bar.version !== null && bar.version !== version) {
      if (version !== null) {
        ctx.fillStyle = ink('--line-strong');
        ctx.fillRect(x(i - 0.5), y(top), ratio, y(0) - y(top));
        ctx.fillStyle = ink('--ink');
        ctx.font = font.replace('11px', `600 ${11 * ratio}px`);
        ctx.fillText(`v${bar.version}`, x(i - 0.5) + 4 * ratio, y(top) + 10 * ratio);
      }
      version = bar.version;
    }
  });
  if (limit) {
    ctx.strokeStyle = ink('--fail-fill');
    ctx.setLineDash([4 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(u.bbox.left, y(limit));
    ctx.lineTo(u.bbox.left + u.bbox.width, y(limit));
    ctx.stroke();
  }
  ctx.restore();
}

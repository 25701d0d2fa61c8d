/** The drawing of durations, by uPlot. */

import 'uplot/dist/uPlot.min.css';

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';

import type { Job } from '../../../api/queries';
import { sentenceDuration } from '../../../ui/duration';
import { timeText } from '../../../ui/time';
import { ink, mark } from './marks';
import type { Slot } from './slots';

const height = 190;
const above = 16;
const axis = 26;
/** The part of the drawing below the line, where failures hang and glyphs stand. */
const below = 0.17;

/** gutter is the room for lengths at the left. The overlay keeps to it. */
const gutter = 92;

/** rowOfGlyphs is where ticks without a run stand, in pixels from the top. */
export const rowOfGlyphs = above + ((height - above - axis) * (1 + below * 0.62)) / (1 + below);

type PlotProps = { job: Job; slots: Slot[]; label: string };

export function Plot({ job, slots, label }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let plot: uPlot | undefined;
    const draw = () => {
      plot?.destroy();
      plot = new uPlot(optionsOf(job, slots, element.clientWidth), [slots.map((_, i) => i), slots.map(() => 0)], element);
    };
    const watch = new ResizeObserver(draw);
    watch.observe(element);
    const theme = matchMedia('(prefers-color-scheme: dark)');
    theme.addEventListener('change', draw);
    return () => {
      watch.disconnect();
      theme.removeEventListener('change', draw);
      plot?.destroy();
    };
  }, [slots, job.cronTimezone, job.timeoutSeconds]);
  return <div ref={place} class="plot" role="img" aria-label={label} />;
}

function optionsOf(job: Job, slots: Slot[], width: number): uPlot.Options {
  const most = Math.max(1, ...slots.flatMap((slot) => slot.bars.map((bar) => bar.seconds)));
  const limit = job.timeoutSeconds > 0 && job.timeoutSeconds <= most * 2 ? job.timeoutSeconds : 0;
  const top = Math.max(most, limit) * 1.08;
  const font = `11px ${ink('--font-sans')}`;
  return {
    width,
    height,
    padding: [above, 0, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: [-0.5, slots.length - 0.5] }, y: { range: [-top * below, top] } },
    axes: [
      {
        stroke: ink('--ink-3'),
        font,
        size: axis,
        gap: 6,
        grid: { show: false },
        ticks: { show: false },
        splits: () => datesAt(slots, job.cronTimezone, (width - gutter) / slots.length),
        values: (_, splits) => splits.map((i) => dateOf(slots, i, job.cronTimezone)),
      },
      {
        stroke: ink('--ink-3'),
        font,
        size: gutter,
        gap: 8,
        grid: { stroke: ink('--line'), width: 1 },
        ticks: { show: false },
        splits: () => lengthsUpTo(top).filter((s) => Math.abs(s - limit) > top * 0.11),
        values: (_, splits) => splits.map((s) => (s > 0 ? sentenceDuration(s * 1000) : '')),
      },
    ],
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: { draw: [(u) => mark(u, slots, { limit, top, below, font })] },
  };
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** lengthsUpTo are the round lengths at which lines are drawn. */
function lengthsUpTo(top: number): number[] {
  const step = steps.find((s) => top / s <= 4) ?? top / 4;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
}

const withinDays = (slots: Slot[]) => ((slots.at(-1)?.at ?? 0) - (slots[0]?.at ?? 0)) / 86_400_000;

function dateOf(slots: Slot[], i: number, zone: string): string {
  const slot = slots[i];
  if (!slot) return '';
  const at = new Date(slot.at);
  return withinDays(slots) < 1.5 ? timeText(at, zone, 'clock') : timeText(at, zone, 'day').replace(/^\w+ /, '');
}

/** datesAt are the places that are named: each where a new day begins, as far apart as their words need. */
function datesAt(slots: Slot[], zone: string, pitch: number): number[] {
  const at: number[] = [];
  const apart = Math.max(1, 72 / pitch);
  slots.forEach((_, i) => {
    const last = at.at(-1);
    const same = i > 0 && dateOf(slots, i, zone) === dateOf(slots, i - 1, zone);
    if (!same && (last === undefined || i - last >= apart) && i * pitch < (slots.length - 0.5) * pitch - 12) at.push(i);
  });
  return at;
}

/** How long the last runs took, and which ticks made none. */

import { useMemo } from 'preact/hooks';

import type { Job } from '../../../api/queries';
import { roughly, tableDuration } from '../../../ui/duration';
import { type Fate, wordOf } from '../../../ui/fate';
import { glyphs } from '../../../ui/glyphs';
import { Legend } from '../../../ui/legend';
import { timeWithZone } from '../../../ui/time';
import { Plot, rowOfGlyphs } from './plot';
import type { Run, Tick } from './query';
import { medianOf, type Slot, slotsOf } from './slots';

export function Durations({ job, runs, ticks }: { job: Job; runs: Run[]; ticks: Tick[] }) {
  const slots = useMemo(() => slotsOf(runs, ticks), [runs, ticks]);
  if (slots.filter((slot) => slot.bars.length).length < 3) return null;
  const fates = [...new Set(slots.flatMap((slot) => (slot.bars.length ? slot.bars.map((bar) => bar.fate) : [slot.fate])))];
  return (
    <section aria-labelledby="h-durations">
      <div class="section-head">
        <h2 id="h-durations">Durations, last {slots.length} ticks</h2>
        <span class="s q">{usual(slots, job)}</span>
      </div>
      <div class="plot-place">
        <Plot job={job} slots={slots} label={`The last ${slots.length} ticks: ${counted(slots)}`} />
        <svg class="chart plot-over" aria-hidden="true">
          {slots.map((slot, i) => (
            <Over key={i} slot={slot} x={(i + 0.5) / slots.length} width={1 / slots.length} zone={job.cronTimezone} />
          ))}
        </svg>
      </div>
      <Legend fates={fates} />
    </section>
  );
}

/** usual says how long runs take under the active version, and how long under the one before. */
function usual(slots: Slot[], job: Job): string {
  const now = medianOf(slots, job.currentVersion);
  if (now === undefined) return job.cronTimezone;
  const older = [...new Set(slots.map((slot) => slot.version))].filter((v): v is number => v !== null && v !== job.currentVersion).toSorted((a, b) => b - a)[0];
  const then = older === undefined ? undefined : medianOf(slots, older);
  const words = `Half take less than ${roughly(now * 1000)} under version ${job.currentVersion}`;
  const differs = then !== undefined && roughly(then * 1000) !== roughly(now * 1000);
  return `${words}${differs ? `; it was ${roughly(then * 1000)} under version ${older}` : ''}. ${job.cronTimezone}`;
}

function counted(slots: Slot[]): string {
  const counts = new Map<string, number>();
  for (const slot of slots) {
    const word = wordOf(slot.fate).toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, n]) => `${n} ${word}`).join(', ');
}

const percent = (share: number) => `${(share * 100).toFixed(2)}%`;

/** Over is what lies over the drawing: the glyph of a tick without a run, and what a hover says. */
function Over({ slot, x, width, zone }: { slot: Slot; x: number; width: number; zone: string }) {
  const said = slot.bars.length
    ? slot.bars.map(({ run, fate, seconds }) => `Run ${run.number}, ${wordOf(fate).toLowerCase()}, ${tableDuration(seconds * 1000)}`).join('\n')
    : `${wordOf(slot.fate)}, no run`;
  return (
    <>
      <rect class="hit" x={percent(x - width / 2)} y="0" width={percent(width)} height="100%" data-tip={`${timeWithZone(new Date(slot.at), zone)}\n${said}`} />
      {!slot.bars.length && <GlyphAt fate={slot.fate} x={x} />}
    </>
  );
}

function GlyphAt({ fate, x }: { fate: Fate; x: number }) {
  return (
    <svg x={percent(x)} y={rowOfGlyphs} overflow="visible" class="no-hit">
      <svg class={`g ${fate}`} x="-6" y="-6" width="12" height="12" viewBox="0 0 16 16">
        {glyphs[fate]}
      </svg>
    </svg>
  );
}

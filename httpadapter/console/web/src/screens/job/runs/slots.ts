/** What the chart of durations draws: one place for each tick or run by hand, with its attempts. */

import { type Fate, fateOfRun, fateOfTick } from '../../../ui/fate';
import { lengthOf } from '../../../ui/strip';
import { attemptsOf, type Run, type Tick } from './query';

export type Bar = { seconds: number; fate: Fate; run: Run };

/** A slot without bars is a tick that made no run. */
export type Slot = { at: number; fate: Fate; bars: Bar[]; version: number | null };

const shown = 40;

/** slotsOf are the last places, oldest first. Runs that never began are no bars. */
export function slotsOf(runs: Run[], ticks: Tick[]): Slot[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const followed = new Set(runs.filter((run) => run.attempt > 1 && run.retryOf).map((run) => run.retryOf));
  const slots: Slot[] = [];
  for (const run of runs) {
    if (followed.has(run.id)) continue;
    const chain = attemptsOf(run, byId).toReversed();
    const first = chain[0] ?? run;
    const bars = chain.filter((one) => one.finishedAt && one.dispatchedAt).map((one) => ({ seconds: lengthOf(one) / 1000, fate: fateOfRun(one.status), run: one }));
    if (bars.length) slots.push({ at: Date.parse(first.nominalAt ?? first.createdAt), fate: fateOfRun(run.status), bars, version: run.jobVersion });
  }
  const oldest = Math.min(...slots.map((slot) => slot.at));
  for (const tick of ticks) {
    const at = Date.parse(tick.nominalAt);
    if (tick.verdict !== 'fired' && at >= oldest) slots.push({ at, fate: fateOfTick(tick.verdict), bars: [], version: null });
  }
  return slots.sort((a, b) => a.at - b.at).slice(-shown);
}

/** medianOf is the usual length of the runs of a version that succeeded, in seconds; undefined where there is none. */
export function medianOf(slots: Slot[], version: number): number | undefined {
  const good = slots.flatMap((slot) => slot.bars).filter((bar) => bar.fate === 'ok' && bar.run.jobVersion === version);
  const sorted = good.map((bar) => bar.seconds).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

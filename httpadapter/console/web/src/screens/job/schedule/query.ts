/** Past ticks with how their runs ended, and coming fires, of a stretch of time. */

import { queryOptions } from '@tanstack/preact-query';

import { answered, api, type Schemas } from '../../../api/client';
import { type Fate, fateOfRun, fateOfTick } from '../../../ui/fate';

export type Tick = Schemas['Tick'];
export type Run = Schemas['JobRun'];

export const previewQuery = (jobId: string, n: number, draft = false) =>
  queryOptions({
    queryKey: ['job', jobId, 'preview', n, draft],
    queryFn: ({ signal }) =>
      answered(api.GET('/workloads/jobs/{job}/preview', { params: { path: { job: jobId }, query: { n, draft } }, signal })),
  });

/** At most so many pages of ticks and of runs are read for one stretch. */
const mostPages = 20;

async function allTicks(job: string, from: number, signal: AbortSignal): Promise<Tick[]> {
  const ticks: Tick[] = [];
  let marker: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const list: Schemas['TickList'] = await answered(
      api.GET('/workloads/jobs/{job}/ticks', { params: { path: { job }, query: { limit: 100, ...(marker && { marker }) } }, signal }),
    );
    ticks.push(...list.items);
    marker = list.marker;
    if (!marker || Date.parse(list.items.at(-1)?.nominalAt ?? '') < from) break;
  }
  return ticks;
}

async function allRuns(job: string, from: number, signal: AbortSignal): Promise<Run[]> {
  const runs: Run[] = [];
  let marker: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const list: Schemas['RunList'] = await answered(
      api.GET('/workloads/jobs/{job}/runs', {
        params: { path: { job }, query: { limit: 100, createdFrom: new Date(from).toISOString(), ...(marker && { marker }) } },
        signal,
      }),
    );
    runs.push(...list.items);
    marker = list.marker;
    if (!marker) break;
  }
  return runs;
}

/** What became of a tick, or will. */
export type Fired = {
  at: string;
  until: string;
  count: number;
  fate: Fate;
  shifted: boolean;
  tick: Tick | null;
  /** The last attempt for the tick, where there is a run. */
  run: Run | null;
  /** The run that was still going, where a tick was skipped for it. */
  inTheWay?: Run | undefined;
};

export const firedQuery = (jobId: string, from: number) =>
  queryOptions({
    queryKey: ['job', jobId, 'fired', from],
    queryFn: async ({ signal }): Promise<Fired[]> => {
      const [ticks, runs] = await Promise.all([allTicks(jobId, from, signal), allRuns(jobId, from, signal)]);
      const byTick = new Map<number, Run>();
      for (const run of runs.toSorted((a, b) => a.number - b.number)) {
        if (run.nominalAt) byTick.set(Date.parse(run.nominalAt), run);
      }
      return ticks
        .filter((tick) => Date.parse(tick.until ?? tick.nominalAt) >= from)
        .map((tick) => {
          const run = byTick.get(Date.parse(tick.nominalAt)) ?? null;
          const fate = tick.verdict === 'fired' && run ? fateOfRun(run.status) : fateOfTick(tick.verdict);
          const inTheWay = tick.verdict === 'skipped' && tick.reason === 'overlap' ? goingAt(runs, Date.parse(tick.nominalAt)) : undefined;
          return { at: tick.nominalAt, until: tick.until ?? tick.nominalAt, count: tick.count, fate, shifted: tick.shifted, tick, run, inTheWay };
        });
    },
  });

const goingAt = (runs: Run[], at: number) =>
  runs.find((run) => run.dispatchedAt && Date.parse(run.dispatchedAt) <= at && (!run.finishedAt || Date.parse(run.finishedAt) > at));

/** grouped joins ticks that follow each other and share their fate, reason and cause. Ticks come newest first. */
export function grouped(all: Fired[]): Fired[] {
  const groups: Fired[] = [];
  for (const f of all) {
    const last = groups.at(-1);
    const same = last && !last.run?.dispatchedAt && !f.run?.dispatchedAt && last.tick?.verdict === f.tick?.verdict && last.tick?.reason === f.tick?.reason && last.inTheWay?.id === f.inTheWay?.id;
    if (same && f.tick && f.tick.verdict !== 'fired') groups[groups.length - 1] = { ...last, at: f.at, count: last.count + f.count };
    else groups.push(f);
  }
  return groups;
}

/** planned are the coming fires after the last tick that is settled. */
export function planned(fired: Fired[], coming: { nominalAt: string; shifted: boolean }[]): Fired[] {
  const latest = Math.max(0, ...fired.map((f) => Date.parse(f.until)));
  return coming
    .filter((c) => Date.parse(c.nominalAt) > latest)
    .map((c) => ({ at: c.nominalAt, until: c.nominalAt, count: 1, fate: 'plan', shifted: c.shifted, tick: null, run: null }));
}

const order: Fate[] = ['fail', 'timeout', 'skip-f', 'miss', 'coal', 'sup', 'pause', 'cancel', 'run', 'wait', 'ok', 'plan'];

export const worstFirst = (all: Fired[]): Fired[] => all.toSorted((a, b) => order.indexOf(a.fate) - order.indexOf(b.fate));

/** dayOf is the local day of a time: "2027-03-20". */
export function dayOf(at: string | number | Date, zone: string): string {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(zone, format);
  }
  return format.format(new Date(at));
}

const formats = new Map<string, Intl.DateTimeFormat>();

import { Link } from 'wouter-preact';

import type { ListedJob } from '../../api/queries';
import { type Fate, fateOfRun } from '../../ui/fate';
import { glyphs } from '../../ui/glyphs';
import { Legend } from '../../ui/legend';
import { lengthOf } from '../../ui/strip';
import { timeText } from '../../ui/time';
import { bucket, byVerdict, type Fires } from './query';

type TimelineProps = { fires: Fires; jobs: ListedJob[]; from: number; until: number; zone: string };

const above: Record<string, string> = { succeeded: 'm-ok', fired: 'm-ok', running: 'm-run', waiting: 'm-wait', due: 'm-wait', coming: 'm-plan' };
const below: Record<string, string> = { failed: 'm-fail', timeout: 'm-fail', cancelled: 'm-cancel', skipped: 'm-skip', missed: 'm-miss', coalesced: 'm-miss', superseded: 'm-miss', paused: 'm-quiet' };

const base = 66;
const room = 50;

/** Timeline is the last and the next 24 hours of all jobs, and of those that need a look. */
export function Timeline({ fires: given, jobs, from, until, zone }: TimelineProps) {
  const fires = { ...given, items: given.items.map((item) => ({ ...item, counts: byVerdict(item.counts) })) };
  const x = (at: number) => `${(((at - from) / (until - from)) * 100).toFixed(2)}%`;
  const hours = sixes(from, until, zone);
  const most = Math.max(1, ...fires.items.map((item) => sum(item.counts, above)), ...fires.items.map((item) => sum(item.counts, below)));
  const peak = fires.items.filter((item) => Date.parse(item.from) > Date.now()).toSorted((a, b) => sum(b.counts, above) - sum(a.counts, above))[0];
  const now = Date.now();
  return (
    <section class="section" aria-labelledby="h-timeline">
      <div class="section-head">
        <h2 id="h-timeline">Last and next 24 hours</h2>
        <span class="s q">{zone}</span>
        {fires.truncated && <span class="s q">Only a part of the jobs is counted: there are too many.</span>}
      </div>
      <div class="lanes">
        <div class="lane-all axis-label">
          <b>All jobs</b>
          <br /> <span class="s q">starts in 30 minutes; below the line what failed, was skipped or paused</span>
        </div>
        <div class="axis">
          <svg class="chart" height="116" role="img" aria-label={`Starts of all jobs in buckets of 30 minutes, from 24 hours ago to 24 hours ahead.${peak ? ` The coming peak is ${sum(peak.counts, above)} starts at ${timeText(new Date(peak.from), zone, 'clock')}.` : ''}`}>
            <rect class="future" x={x(now)} y="0" width={`${(((until - now) / (until - from)) * 100).toFixed(2)}%`} height="116" />
            {hours.map((h) => (
              <line key={h.at} class={h.day ? 'grid strong' : 'grid'} x1={x(h.at)} x2={x(h.at)} y1="16" y2="116" />
            ))}
            {fires.items.map((item) => (
              <Column key={item.from} item={item} x={x} most={most} />
            ))}
            <line class="grid strong" x1="0" x2="100%" y1={base + 0.5} y2={base + 0.5} />
            <line class="nowline" x1={x(now)} x2={x(now)} y1="0" y2="116" />
            <text class="strong" x={x(now)} dx="4" y="10">
              now {timeText(new Date(now), zone, 'clock')}
            </text>
          </svg>
        </div>
        {jobs.map((listed) => (
          <Lane key={listed.job.id} listed={listed} from={from} until={until} x={x} hours={hours} />
        ))}
        <div class="mid" />
        <div class="lane-axis">
          <svg class="chart" height="18" aria-hidden="true">
            {hours.map((h, i) => (
              <text key={h.at} class={h.day ? 'strong' : i % 2 ? 'mid' : ''} x={x(h.at)} y="12" text-anchor="middle">
                {h.day ? timeText(new Date(h.at), zone, 'day') : timeText(new Date(h.at), zone, 'clock')}
              </text>
            ))}
          </svg>
        </div>
      </div>
      <Legend fates={['ok', 'fail', 'timeout', 'run', 'skip-f', 'miss', 'pause', 'plan']} />
    </section>
  );
}

const sum = (counts: Record<string, number>, of: Record<string, string>) => Object.entries(counts).reduce((n, [fate, c]) => n + (of[fate] ? c : 0), 0);

type At = (at: number) => string;

function Column({ item, x, most }: { item: Fires['items'][number]; x: At; most: number }) {
  const at = Date.parse(item.from);
  const width = '0.78%';
  const marks: { cls: string; y: number; h: number }[] = [];
  let up = base;
  let down = base + 1;
  for (const [fate, cls] of Object.entries(above)) {
    const n = item.counts[fate] ?? 0;
    if (!n) continue;
    const h = Math.max(2, (n / most) * room);
    up -= h;
    marks.push({ cls, y: up, h });
  }
  for (const [fate, cls] of Object.entries(below)) {
    const n = item.counts[fate] ?? 0;
    if (!n) continue;
    const h = Math.max(3, (n / most) * room);
    marks.push({ cls, y: down, h });
    down += h;
  }
  return (
    <>
      {marks.map((m) => (
        <rect key={m.cls + m.y} class={m.cls} x={x(at + (bucket * 1000) / 12)} y={m.y.toFixed(1)} width={width} height={m.h.toFixed(1)} />
      ))}
    </>
  );
}

const marks: Partial<Record<Fate, string>> = { ok: 'm-ok', fail: 'm-fail', timeout: 'm-timeout', run: 'm-run', cancel: 'm-cancel', wait: 'm-wait' };

type LaneProps = { listed: ListedJob; from: number; until: number; x: At; hours: { at: number; day: boolean }[] };

function Lane({ listed: { job, recentRuns }, from, until, x, hours }: LaneProps) {
  const now = Date.now();
  const fate = fateOfRun(recentRuns[0]?.status ?? 'pending');
  const coming = job.nextRunAt ? Date.parse(job.nextRunAt) : 0;
  const runs = recentRuns.filter((run) => Date.parse(run.finishedAt ?? new Date().toISOString()) > from);
  return (
    <>
      <Link class="lane-name" href={`/jobs/${job.id}`}>
        <svg class={`g ${fate}`} viewBox="0 0 16 16" aria-hidden="true">
          {glyphs[fate]}
        </svg>
        {job.jobKey}
      </Link>
      <div class="lane">
        <svg class="chart" role="img" aria-label={`${job.jobKey}: ${runs.length} runs in the last 24 hours`}>
          <rect class="future" x={x(now)} y="0" width={`${(((until - now) / (until - from)) * 100).toFixed(2)}%`} height="28" />
          {hours.map((h) => (
            <line key={h.at} class={h.day ? 'grid strong' : 'grid'} x1={x(h.at)} x2={x(h.at)} y1="0" y2="28" />
          ))}
          <line class="grid strong" x1="0" x2="100%" y1="18.5" y2="18.5" />
          {runs.map((run) => {
            const begin = Math.max(from, Date.parse(run.createdAt));
            const end = run.finishedAt ? Date.parse(run.finishedAt) : now;
            const width = `${Math.max(0.25, ((Math.max(end, begin + lengthOf(run) / 10) - begin) / (until - from)) * 100).toFixed(2)}%`;
            const of = fateOfRun(run.status);
            return (
              <>
                <rect class={marks[of] ?? 'm-run'} x={x(begin)} y="10" width={width} height="8" />
                {(of === 'fail' || of === 'timeout') && <rect class="m-fail" x={x(begin)} y="20" width="4" height="4" />}
              </>
            );
          })}
          {coming > now && coming < until && <circle class="m-plan" cx={x(coming)} cy="14" r="3" />}
          <line class="nowline" x1={x(now)} x2={x(now)} y1="0" y2="28" />
        </svg>
      </div>
    </>
  );
}

/** sixes are the hours 0, 6, 12 and 18 of a zone between two times. */
function sixes(from: number, until: number, zone: string): { at: number; day: boolean }[] {
  const list: { at: number; day: boolean }[] = [];
  const first = Math.ceil(from / 1_800_000) * 1_800_000;
  for (let at = first; at < until; at += 1_800_000) {
    const [hour = '', minute] = timeText(new Date(at), zone, 'clock').split(':');
    if (minute === '00' && Number(hour) % 6 === 0) list.push({ at, day: Number(hour) === 0 });
  }
  return list;
}

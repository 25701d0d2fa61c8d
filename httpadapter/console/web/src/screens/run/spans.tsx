/** Where the time went: each attempt waits, runs and ends, on one line of time. */

import { Link } from 'wouter-preact';

import type { Job } from '../../api/queries';
import { sentenceDuration } from '../../ui/duration';
import { fateOfRun, wordOf } from '../../ui/fate';
import { glyphs } from '../../ui/glyphs';
import { timeText, zoneName } from '../../ui/time';
import { waitInWords } from '../../ui/reason';
import type { Run } from './query';

type SpansProps = { job: Job; attempts: Run[]; shown: Run };

const marks: Record<string, string> = { ok: 'm-ok', fail: 'm-fail', timeout: 'm-timeout', cancel: 'm-cancel', run: 'm-run', wait: 'm-wait' };

const begins = (run: Run) => Date.parse(run.attempt > 1 ? run.createdAt : (run.nominalAt ?? run.createdAt));
const ends = (run: Run) => (run.finishedAt ? Date.parse(run.finishedAt) : Date.now());
const starts = (run: Run) => Date.parse(run.runnerStartedAt ?? run.dispatchedAt ?? '') || ends(run);

export function Spans({ job, attempts, shown }: SpansProps) {
  const from = Math.min(...attempts.map(begins));
  const until = Math.max(...attempts.map(ends), from + 1000);
  const room = (until - from) * 1.06; // the last glyph stands behind its bar
  const percent = (at: number) => `${(((at - from) / room) * 100).toFixed(2)}%`;
  const grid = gridOf(from, room);
  const zone = job.cronTimezone;
  const day = new Date(from);
  return (
    <section aria-labelledby="h-spans">
      <div class="section-head">
        <h2 id="h-spans">What took the time</h2>
        <span class="s q">
          {timeText(day, zone, 'day')}, {zone} ({zoneName(day, zone)})
        </span>
      </div>
      <div class="rl">
        {attempts.map((run) => (
          <>
            <div class="lname">
              <Link class="key" href={`/jobs/${job.id}/runs/${run.id}`}>
                Run {run.number}
              </Link>
              <span class="s q">
                attempt {run.attempt}
                {run.id === shown.id && attempts.length > 1 && ', this one'}
              </span>
            </div>
            <div class="lane">
              <Span run={run} percent={percent} grid={grid} />
            </div>
          </>
        ))}
        <div class="ax" />
        <div class="ax">
          <svg class="chart" height="18" aria-hidden="true">
            {grid.map((at, i) => (
              <text key={at} x={percent(at)} y="13" text-anchor={i === 0 ? 'start' : 'middle'} class={i % 2 ? 'mid' : ''}>
                {timeText(new Date(at), zone, room < 300_000 ? 'second' : 'clock').split(' ').pop()}
              </text>
            ))}
          </svg>
        </div>
      </div>
    </section>
  );
}

const steps = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 86_400, 604_800].map((s) => s * 1000);

function gridOf(from: number, room: number): number[] {
  const step = steps.find((s) => room / s <= 7) ?? room / 6;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.floor((from + room - first) / step) + 1 }, (_, i) => first + i * step);
}

function Span({ run, percent, grid }: { run: Run; percent: (at: number) => string; grid: number[] }) {
  const fate = fateOfRun(run.status);
  const [a, b, c] = [begins(run), Math.min(starts(run), ends(run)), ends(run)];
  const width = (from: number, until: number) => `${(Number.parseFloat(percent(until)) - Number.parseFloat(percent(from))).toFixed(2)}%`;
  const waited = b - a > 500 ? `waits ${sentenceDuration(b - a)}${run.attempt > 1 ? ' before the retry' : ''}` : '';
  const ran = run.dispatchedAt ? `${run.finishedAt ? 'runs' : 'has run'} ${sentenceDuration(c - b)}` : waitInWords(run.waitingFor);
  return (
    <svg class="chart" role="img" aria-label={`Run ${run.number}: ${[waited, ran, wordOf(fate).toLowerCase()].filter(Boolean).join(', ')}`}>
      {grid.map((at) => (
        <line key={at} class="grid" x1={percent(at)} x2={percent(at)} y1="0" y2="60" />
      ))}
      {b > a && <rect class="m-wait" x={percent(a)} y="24.6" width={width(a, b)} height="8.8" />}
      {waited && (
        <text x={percent(a)} y="15">
          {waited}
        </text>
      )}
      {c > b && <rect class={marks[fate] ?? 'm-run'} x={percent(b)} y="22" width={width(b, c)} height="14" />}
      <text x={percent(b)} y="51">
        {ran}
      </text>
      {run.finishedAt && (
        <svg x={percent(c)} y="29" overflow="visible">
          <svg class={`g ${fate}`} x="4" y="-7" width="14" height="14" viewBox="0 0 16 16">
            {glyphs[fate]}
          </svg>
        </svg>
      )}
    </svg>
  );
}

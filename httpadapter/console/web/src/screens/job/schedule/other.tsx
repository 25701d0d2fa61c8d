import { Link } from 'wouter-preact';

import type { Job } from '../../../api/queries';
import { FateMark } from '../../../ui/fate';
import { reasonOfTick, sentence } from '../../../ui/reason';
import { Time } from '../../../ui/time';
import type { Fired } from './query';

/** Other lists the ticks that did not simply fire and succeed. */
export function Other({ job, fired, onBackfill }: { job: Job; fired: Fired[]; onBackfill: (() => void) | undefined }) {
  const simple = (f: Fired) => f.fate === 'ok' && (f.run?.attempt ?? 1) === 1;
  const rows = fired.filter((f) => !simple(f));
  const well = fired.filter(simple).length;
  return (
    <section class="section" aria-labelledby="h-other">
      <div class="section-head">
        <h2 id="h-other">Ticks that did not simply succeed</h2>
        <span class="s q">{well} ran as they should</span>
        {onBackfill && (
          <span class="end">
            <button class="btn" type="button" onClick={onBackfill}>
              Backfill…
            </button>
          </span>
        )}
      </div>
      {rows.length > 0 && (
        <table class="table flow" role="table" aria-label="Ticks that did not simply fire and succeed">
          <thead role="rowgroup">
            <tr role="row">
              {['Tick', 'Fate', 'Why', 'Cause'].map((name) => (
                <th key={name} role="columnheader" scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {rows.slice(0, 100).map((f) => (
              <tr role="row" key={f.at}>
                <td role="cell">
                  <span class="nowrap">
                    <Time at={f.at} zone={job.cronTimezone} />
                  </span>
                  {f.count > 1 && (
                    <span class="q">
                      {' '}
                      to <Time at={f.until} zone={job.cronTimezone} />
                    </span>
                  )}
                </td>
                <td role="cell">
                  <FateMark fate={f.fate} />
                  {f.count > 1 && ` ×${f.count}`}
                </td>
                <td role="cell" class="full">
                  {f.run ? (f.run.attempt > 1 ? `Attempt ${f.run.attempt}. ` : '') + sentence(f.run.statusMessage ?? '') : f.tick && reasonOfTick(f.tick, job)}
                </td>
                <td role="cell">{f.run && <Link href={`/jobs/${job.id}/runs/${f.run.id}`}>Run {f.run.number}</Link>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

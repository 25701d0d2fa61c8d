import type { Job } from '../../../api/queries';
import { FateMark } from '../../../ui/fate';
import { Time } from '../../../ui/time';
import { Cause } from './cause';
import { type Fired, grouped } from './query';
import { textOf } from './tick';

/** Other lists the ticks that did not simply fire and succeed. */
export function Other({ job, fired, onBackfill }: { job: Job; fired: Fired[]; onBackfill: (() => void) | undefined }) {
  const simple = (f: Fired) => f.fate === 'ok' && (f.run?.attempt ?? 1) === 1;
  const rows = grouped(fired.filter((f) => !simple(f)));
  const well = fired.filter(simple).length;
  return (
    <section class="section" aria-labelledby="h-other">
      <div class="section-head">
        <h2 id="h-other">Ticks that did not simply succeed</h2>
        <span class="s q">
          {rows.reduce((n, f) => n + f.count, 0).toLocaleString('en')} of {fired.reduce((n, f) => n + f.count, 0).toLocaleString('en')} ticks here; {well.toLocaleString('en')} ran as they should
        </span>
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
                  {f.count > 1 && ` ×${f.count.toLocaleString('en')}`}
                </td>
                <td role="cell" class="full">
                  {textOf(f, job)}
                </td>
                <td role="cell">
                  <Cause job={job} fired={f} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

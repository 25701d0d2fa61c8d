import { useQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { Link } from 'wouter-preact';

import { sentenceDuration } from '../../ui/duration';
import { runningQuery } from './query';

/** Going lists what runs now, and for how long. */
export function Going() {
  const list = useQuery(runningQuery()).data;
  const now = useSeconds();
  const runs = list?.items ?? [];
  return (
    <section class="section" aria-labelledby="h-going">
      <div class="section-head">
        <h2 id="h-going">Running now</h2>
        {list && <span class="s q">{runs.length === 0 ? 'nothing' : list.marker ? `the newest ${runs.length}` : `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`}</span>}
      </div>
      {runs.length > 0 && (
        <table class="table flow" role="table" aria-label="Running now">
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">
                Run
              </th>
              <th role="columnheader" scope="col" class="num">
                Going for
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {runs.map((run) => (
              <tr role="row" key={run.id}>
                <td role="cell">
                  <Link class="key" href={`/jobs/${run.jobId}/runs/${run.id}`}>
                    {run.jobKey}, run {run.number}
                  </Link>
                </td>
                <td role="cell" class="num push">
                  {sentenceDuration(now - Date.parse(run.dispatchedAt ?? run.createdAt))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function useSeconds(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

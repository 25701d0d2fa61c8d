import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';

import { answered, api } from '../../../api/client';
import type { DescribedJob } from '../../../api/queries';
import { untilWords } from '../../../ui/duration';
import { Time, timeText } from '../../../ui/time';

type ComingFire = { nominalAt: string; shifted: boolean };

const some = 10;

/** Coming lists the next fires; the server computes each. */
export function Coming({ described: { job }, fires }: { described: DescribedJob; fires: ComingFire[] }) {
  const [all, setAll] = useState(false);
  const draft = useQuery({
    queryKey: ['job', job.id, 'draft-diff'],
    queryFn: ({ signal }) => answered(api.GET('/workloads/jobs/{job}/draft/diff', { params: { path: { job: job.id } }, signal })),
    enabled: job.draftVersion !== null,
  }).data;
  const zone = job.cronTimezone;
  return (
    <section aria-labelledby="h-coming">
      <div class="section-head">
        <h2 id="h-coming">Coming</h2>
        <span class="s q">{job.status === 'paused' ? 'if it were not paused' : `as version ${job.currentVersion} is`}</span>
      </div>
      {fires.length === 0 ? (
        <p class="q">No fires are to come.</p>
      ) : (
        <table class="table flow coming" role="table" aria-label="Coming fires">
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">
                Fires at
              </th>
              <th role="columnheader" scope="col" class="num">
                UTC
              </th>
              <th role="columnheader" scope="col" class="num">
                In
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {fires.slice(0, all ? undefined : some).map((fire) => (
              <tr role="row" key={fire.nominalAt}>
                <td role="cell">
                  <Time at={fire.nominalAt} zone={zone} />
                  {fire.shifted && (
                    <>
                      <br />
                      <span class="s q">The time that the expression names does not exist on that day: clocks go forward. It fires after the gap.</span>
                    </>
                  )}
                </td>
                <td role="cell" class="num">
                  {timeText(new Date(fire.nominalAt), 'UTC', 'clock')}
                </td>
                <td role="cell" class="num push">
                  {untilWords(Date.parse(fire.nominalAt) - Date.now())}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="pager">
        {!all && fires.length > some && (
          <button class="btn plain" type="button" onClick={() => setAll(true)}>
            More
          </button>
        )}
        {draft?.fires && (
          <span class="end">
            <Link href={`/jobs/${job.id}/draft`}>
              With draft {job.draftVersion}: {draft.fires.gained.length} more, {draft.fires.lost.length} fewer
            </Link>
          </span>
        )}
      </div>
    </section>
  );
}

import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';

import { type Action, type DescribedJob, may as mayOn } from '../../api/queries';
import { useKeys } from '../../app/keys';
import { untilWords } from '../../ui/duration';
import { Glyph } from '../../ui/glyph';
import { Menu } from '../../ui/menu';
import { Time } from '../../ui/time';
import { DeleteDialog } from './actions/delete';
import { DetailsDialog } from './actions/details';
import { PauseDialog } from './actions/pause';
import { ResetDialog } from './actions/reset';
import { useResume } from './actions/resume';
import { RunDialog } from './actions/run';

type Open = 'run' | 'pause' | 'details' | 'reset' | 'delete' | null;

/** Head is what one does daily with a job. What the viewer may not do is not there. */
export function Head({ described }: { described: DescribedJob }) {
  const { job } = described;
  const [, go] = useLocation();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const may = (action: Action) => mayOn(job, action);
  const resume = useResume(described);
  const paused = job.status === 'paused';
  useKeys({
    ...(may('operate') && { r: () => setOpen('run') }),
    ...(may('edit') && { p: () => (paused ? resume() : setOpen('pause')) }),
  });
  const more = [
    ...(may('edit')
      ? [
          { label: 'Key, description, labels…', run: () => setOpen('details') },
          { label: 'Reset the schedule…', run: () => setOpen('reset') },
        ]
      : []),
    ...(may('delete') ? [{ label: 'Delete…', run: () => setOpen('delete') }] : []),
  ];
  return (
    <div class="head">
      <div>
        <div class="title">
          <h1>{job.jobKey}</h1>
          {paused ? (
            <span class="badge">
              <Glyph name="pause" fate />
              Paused
            </span>
          ) : (
            <span class="badge solid">Active</span>
          )}
          <Link class="badge" href={`/jobs/${job.id}/versions`}>
            Version {job.currentVersion}
          </Link>
          {job.draftVersion !== null && (
            <Link class="badge draft" href={`/jobs/${job.id}/draft`}>
              Draft {job.draftVersion}
            </Link>
          )}
          {Object.entries(job.labels).map(([name, value]) => (
            <Link key={name} class="label" href={`/jobs?label=${encodeURIComponent(`${name}=${value}`)}`}>
              {value ? `${name}=${value}` : name}
            </Link>
          ))}
        </div>
        <p class="lede">
          <Schedule described={described} />
        </p>
        {job.description && <p class="q">{job.description}</p>}
      </div>
      <div class="actions">
        {may('operate') && (
          <button class="btn primary" type="button" onClick={() => setOpen('run')}>
            <Glyph name="play" />
            Run now…
          </button>
        )}
        {may('edit') &&
          (paused ? (
            <button class="btn" type="button" onClick={resume}>
              Resume
            </button>
          ) : (
            <button class="btn" type="button" onClick={() => setOpen('pause')}>
              Pause until…
            </button>
          ))}
        {may('edit') && (
          <button class="btn mid" type="button" onClick={() => go(`/jobs/${job.id}/draft`)}>
            Edit draft
          </button>
        )}
        {more.length > 0 && <Menu label="More actions" items={more} />}
      </div>
      {open === 'run' && <RunDialog described={described} onClose={close} />}
      {open === 'pause' && <PauseDialog described={described} onClose={close} />}
      {open === 'details' && <DetailsDialog described={described} onClose={close} />}
      {open === 'reset' && <ResetDialog described={described} onClose={close} />}
      {open === 'delete' && <DeleteDialog described={described} onClose={close} />}
    </div>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function Schedule({ described: { job } }: { described: DescribedJob }) {
  const after = job.dependsOn.length > 0 && (
    <>
      {job.cronExpression ? ', after ' : 'After '}
      {job.dependsOn.map((d, i) => (
        <span key={d.jobKey}>
          {i > 0 && (i === job.dependsOn.length - 1 ? ' and ' : ', ')}
          <Link href={`/graph?root=${job.id}`}>{d.jobKey}</Link>
        </span>
      ))}
    </>
  );
  const zone = job.cronTimezone;
  return (
    <>
      {job.scheduleText ? capital(job.scheduleText) : !after && 'Runs by hand only'}
      {after}.{' '}
      {job.status === 'paused' ? (
        job.pausedUntil ? (
          <>
            Paused until <Time at={job.pausedUntil} zone={zone} />.
          </>
        ) : (
          'Paused until someone resumes it.'
        )
      ) : (
        job.nextRunAt && (
          <>
            <span class="nowrap">
              Next:{' '}
              <b>
                <Time at={job.nextRunAt} zone={zone} />
              </b>
              ,
            </span>{' '}
            {Date.parse(job.nextRunAt) > Date.now() ? `in ${untilWords(Date.parse(job.nextRunAt) - Date.now())}` : 'due now'}.
          </>
        )
      )}
    </>
  );
}

import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';

import { jobsQuery, type Job } from '../../../api/queries';
import type { Fired } from './query';

/** Cause leads to what made a tick end as it did: its run, the setting, or the job that it waited for. */
export function Cause({ job, fired }: { job: Job; fired: Fired }) {
  if (fired.run?.dispatchedAt || (fired.run && fired.tick?.verdict === 'fired')) return <Link href={`/jobs/${job.id}/runs/${fired.run.id}`}>Run {fired.run.number}</Link>;
  if (fired.inTheWay) return <Link href={`/jobs/${job.id}/runs/${fired.inTheWay.id}`}>Run {fired.inTheWay.number}</Link>;
  switch (`${fired.tick?.verdict} ${fired.tick?.reason ?? ''}`.trim()) {
    case 'skipped overlap':
    case 'skipped cap':
      return <Link href={`/jobs/${job.id}/runs?ticks=no`}>The runs then</Link>;
    case 'skipped dependency':
    case 'superseded waiting':
      return <Dependency job={job} />;
    case 'missed policy':
    case 'missed window':
    case 'coalesced policy':
      return <Link href={`/jobs/${job.id}/versions`}>Version {job.currentVersion}</Link>;
    case 'paused':
    case 'paused hold':
      return <Link href={`/jobs/${job.id}/activity`}>Activity</Link>;
    default:
      return fired.run ? <Link href={`/jobs/${job.id}/runs/${fired.run.id}`}>Run {fired.run.number}</Link> : null;
  }
}

/** Dependency leads to the one job that this waits for, or to all of them. */
function Dependency({ job }: { job: Job }) {
  const key = job.dependsOn.length === 1 ? job.dependsOn[0]?.jobKey : undefined;
  const found = useQuery({ ...jobsQuery({ keyPrefix: key, limit: 20 }), enabled: !!key }).data?.jobs.find((listed) => listed.job.jobKey === key);
  if (found) return <Link href={`/jobs/${found.job.id}/runs`}>{key}</Link>;
  return <Link href={`/graph?root=${job.id}`}>What it waits for</Link>;
}

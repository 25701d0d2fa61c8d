import { useQuery } from '@tanstack/preact-query';
import type { ComponentType } from 'preact';
import { Suspense } from 'preact/compat';
import { Link, useParams } from 'wouter-preact';

import { type DescribedJob, jobQuery } from '../../api/queries';
import { lazily } from '../../app/lazily';
import { Loading } from '../../app/screens';
import { Failed, NotFound } from '../../ui/empty';
import { useTitle } from '../../ui/title';
import { Head } from './head';
import { RunsTab } from './runs';

export type TabProps = { described: DescribedJob };

const tabs: { path: string; name: string; Screen: ComponentType<TabProps> }[] = [
  { path: 'runs', name: 'Runs', Screen: RunsTab },
  { path: 'schedule', name: 'Schedule', Screen: lazily<TabProps>(() => import('./schedule'), 'ScheduleTab') },
  { path: 'versions', name: 'Versions', Screen: lazily<TabProps>(() => import('./versions'), 'VersionsTab') },
  { path: 'draft', name: 'Draft', Screen: lazily<TabProps>(() => import('./draft'), 'DraftTab') },
  { path: 'access', name: 'Access', Screen: lazily<TabProps>(() => import('./access'), 'AccessTab') },
  { path: 'activity', name: 'Activity', Screen: lazily<TabProps>(() => import('./activity'), 'ActivityTab') },
];

export function Job() {
  const { jobId = '', tab: path = 'runs' } = useParams<{ jobId: string; tab?: string }>();
  const job = useQuery(jobQuery(jobId));
  const open = tabs.find((t) => t.path === path);
  useTitle(job.data ? `${job.data.job.jobKey}, ${open?.name ?? ''}` : 'Job');
  if (job.isError && !job.data) return <Failed error={job.error} again={() => void job.refetch()} />;
  if (!open) return <NotFound />;
  if (!job.data) return <Loading what="the job" />;
  const { Screen } = open;
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <Link href="/jobs">Jobs</Link> <span aria-hidden="true">/</span> <span>{job.data.job.jobKey}</span>
      </nav>
      <Head described={job.data} />
      <nav class="tabs" aria-label="Job">
        {tabs.map((t) => (
          <Link key={t.path} href={`/jobs/${jobId}/${t.path}`} aria-current={t === open ? 'page' : undefined}>
            {t.name}
          </Link>
        ))}
      </nav>
      <Suspense fallback={<Loading what={open.name.toLowerCase()} />}>
        <Screen key={jobId} described={job.data} />
      </Suspense>
    </>
  );
}

import { keepPreviousData, useQuery } from '@tanstack/preact-query';

import { answered, api } from '../../../api/client';
import type { Job } from '../../../api/queries';
import { Time } from '../../../ui/time';

/** ScheduleHelp says when an expression that is not saved anywhere would fire. */
export function ScheduleHelp({ job, expression, zone }: { job: Job; expression: string; zone: string }) {
  const preview = useQuery({
    queryKey: ['job', job.id, 'unsaved', expression, zone],
    queryFn: ({ signal }) =>
      answered(
        api.POST('/workloads/jobs/{job}/preview', { params: { path: { job: job.id } }, body: { cronExpression: expression, cronTimezone: zone, n: 3 }, signal }),
      ),
    enabled: expression.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (!expression.trim()) return <>No schedule: it runs by hand, or after other jobs.</>;
  if (preview.isError) return <>{preview.error.message}</>;
  const fires = preview.data?.items ?? [];
  if (!fires.length) return <>{preview.isSuccess ? 'It never fires.' : '\u00a0'}</>;
  return (
    <>
      Next:{' '}
      {fires.map((fire, i) => (
        <>
          {i > 0 && ', '}
          <Time at={fire.nominalAt} zone={zone} />
        </>
      ))}
    </>
  );
}

import { useQuery } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';

import { type DescribedJob, jobQuery, may } from '../../api/queries';
import { PauseDialog } from '../job/actions/pause';
import { useResume } from '../job/actions/resume';
import { RunDialog } from '../job/actions/run';

type QuickProps = { jobId: string; what: 'run' | 'pause'; onClose: () => void };

/** Quick does to the job under the cursor what its own page offers, as it is now. */
export function Quick({ jobId, what, onClose }: QuickProps) {
  const described = useQuery({ ...jobQuery(jobId), staleTime: 0 });
  if (!described.data || described.isFetching) return null;
  if (!may(described.data.job, what === 'run' ? 'operate' : 'edit')) return null;
  if (what === 'run') return <RunDialog described={described.data} onClose={onClose} />;
  if (described.data.job.status === 'paused') return <Resume described={described.data} onClose={onClose} />;
  return <PauseDialog described={described.data} onClose={onClose} />;
}

function Resume({ described, onClose }: { described: DescribedJob; onClose: () => void }) {
  const resume = useResume(described);
  useEffect(() => {
    resume();
    onClose();
  }, []);
  return null;
}

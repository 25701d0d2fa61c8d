import { useQueries, useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';

import { graphQuery, type Graph, type Job } from '../../api/queries';
import { sentenceDuration } from '../../ui/duration';
import { FateMark, fateOfRun } from '../../ui/fate';
import { sentence } from '../../ui/reason';
import { lengthOf } from '../../ui/strip';
import { Table } from '../../ui/table';
import { followedQuery, type Run } from './query';

/** How many jobs are asked for the run that followed. */
const most = 12;

/** Followers are the jobs that depend on this one, and which run of each followed from this run. */
export function Followers({ job, run }: { job: Job; run: Run }) {
  const graph = useQuery(graphQuery({ root: job.id, depth: 2 })).data;
  const edges = graph?.edges.filter((edge) => edge.from === job.id) ?? [];
  const ended = run.status === 'succeeded' ? run.finishedAt : null;
  const followed = useQueries({ queries: edges.slice(0, most).map((edge) => ({ ...followedQuery(edge.to, ended ?? ''), enabled: !!ended })) });
  if (!graph || !edges.length) return null;
  return (
    <section class="section" aria-labelledby="h-after">
      <div class="section-head">
        <h2 id="h-after">What followed from it</h2>
        {!ended && <span class="s q">{run.finishedAt ? 'nothing: only a success starts what depends on it' : 'nothing yet: a success starts what depends on it'}</span>}
      </div>
      <Table label="Jobs that depend on this one" columns={['Job', 'Outcome', 'Why', { name: 'Run', class: 'num' }]}>
        {edges.map((edge, i) => (
          <Follower key={edge.to} graph={graph} jobId={edge.to} waits={edge.waiting} made={followed[i]?.data ?? null} />
        ))}
      </Table>
    </section>
  );
}

function Follower({ graph, jobId, waits, made }: { graph: Graph; jobId: string; waits: boolean; made: Run | null }) {
  const keyOf = (id: string) => graph.nodes.find((node) => node.jobId === id)?.jobKey ?? id;
  const others = graph.edges.filter((edge) => edge.to === jobId && edge.waiting).map((edge) => keyOf(edge.from));
  const took = made?.finishedAt && lengthOf(made) > 0 ? `Took ${sentenceDuration(lengthOf(made))}.` : '';
  return (
    <tr role="row">
      <td role="cell">
        <Link class="key" href={`/jobs/${jobId}`}>
          {keyOf(jobId)}
        </Link>
      </td>
      <td role="cell" class="push">
        {made ? <FateMark fate={fateOfRun(made.status)} /> : waits || others.length ? <FateMark fate="wait" /> : <span class="q">no run</span>}
      </td>
      <td role="cell" class="full">
        {made ? `${made.statusMessage && made.status !== 'succeeded' ? sentence(made.statusMessage) : ''} ${took}` : others.length ? `It runs when ${others.join(' and ')} has succeeded too.` : 'No run of it followed, as far as runs are kept.'}
      </td>
      <td role="cell" class="num">
        {made ? <Link href={`/jobs/${jobId}/runs/${made.id}`}>{made.number}</Link> : <span class="q">none</span>}
      </td>
    </tr>
  );
}

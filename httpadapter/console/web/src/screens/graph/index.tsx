import { useQuery } from '@tanstack/preact-query';
import { useMemo } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';

import { graphQuery, type Graph as GraphOfJobs } from '../../api/queries';
import { Loading } from '../../app/screens';
import { Empty, Failed } from '../../ui/empty';
import { FateMark } from '../../ui/fate';
import { Seg } from '../../ui/seg';
import { Select } from '../../ui/select';
import { Table } from '../../ui/table';
import { useTitle } from '../../ui/title';
import { Drawing, DrawingLegend } from './drawing';
import { fateOfNode, waitsOf } from './nodes';
import { Panel } from './panel';

type View = 'drawing' | 'table';

/** More jobs than these are neither drawn nor listed: one looks at what is around one of them. */
const drawable = 500;

/** Graph shows what waits for what now, and what a pause or a delete would hit. */
export function Graph() {
  useTitle('Dependencies');
  const [, go] = useLocation();
  const search = new URLSearchParams(useSearch());
  const root = search.get('root') ?? '';
  const chosen = search.get('job') ?? root;
  const view: View = search.get('view') === 'table' ? 'table' : 'drawing';
  const change = (part: Record<string, string>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(part)) value ? next.set(name, value) : next.delete(name);
    go(`/graph?${next}`, { replace: true });
  };
  const query = useQuery(graphQuery(root ? { root } : {}));
  const graph = useMemo(() => query.data && joined(query.data), [query.data]);
  if (query.isError && !graph) return <Failed error={query.error} again={() => void query.refetch()} />;
  if (!graph) return <Loading what="the graph" />;
  if (graph.nodes.length > drawable) return <TooMany count={graph.nodes.length} truncated={graph.truncated} />;
  const keys = new Map(query.data?.nodes.map((node) => [node.jobId, node.jobKey]));
  const choices = graph.nodes.map((node): [string, string] => [node.jobId, `Around ${node.jobKey}`]).sort(([, a], [, b]) => a.localeCompare(b));
  return (
    <div class="s-graph">
      <div class="head">
        <div>
          <h1>Dependencies</h1>
          <p class="lede">
            {root ? `${graph.nodes.length} jobs around ${keys.get(root) ?? 'this one'}.` : `${graph.nodes.length} jobs depend on one another.`} {waitingInWords(graph)}
            {query.data?.truncated && ' There are more: choose a job to see what is around it.'}
          </p>
        </div>
        <div class="actions">
          <Select label="Around which job" value={root} any="All jobs" options={Object.fromEntries(choices)} onChange={(job) => change({ root: job, job })} />
          <Seg label="Show as" value={view} options={{ drawing: 'Graph', table: 'Table' }} onChange={(v) => change({ view: v === 'table' ? v : '' })} />
        </div>
      </div>
      {graph.nodes.length === 0 ? (
        <Empty
          title="No job depends on another"
          actions={
            root && (
              <Link class="btn" href="/graph">
                All jobs
              </Link>
            )
          }
        >
          {root ? `${keys.get(root) ?? 'This job'} depends on none, and none depends on it.` : 'A version says on which jobs it depends.'}
        </Empty>
      ) : (
        <div class="gr">
          <div>
            {view === 'drawing' && (
              <>
                <Drawing graph={graph} chosen={chosen} onChoose={(job) => change({ job: job === chosen && job !== root ? '' : job })} />
                <DrawingLegend chosen={keys.get(chosen)} waits={graph.edges.some((edge) => edge.waiting)} />
              </>
            )}
            <GraphTable graph={graph} always={view === 'table'} />
          </div>
          {chosen && graph.nodes.some((n) => n.jobId === chosen) ? <Panel graph={graph} jobId={chosen} /> : <p class="q pn-hint">Choose a job to see what it waits for, and what a pause or a delete of it would hit.</p>}
        </div>
      )}
    </div>
  );
}

/** TooMany stands in the place of a graph that nobody could read. */
function TooMany({ count, truncated }: { count: number; truncated: boolean }) {
  return (
    <div class="s-graph">
      <h1>Dependencies</h1>
      <Empty
        title={`${truncated ? 'More than ' : ''}${count.toLocaleString('en')} jobs depend on one another`}
        actions={
          <Link class="btn" href="/jobs">
            Choose a job
          </Link>
        }
      >
        That is more than can be drawn. The head of a job names what it depends on, and leads to what is around it.
      </Empty>
    </div>
  );
}

/** waitingInWords says which jobs wait now, and for what. */
function waitingInWords(graph: GraphOfJobs): string {
  const waiting = graph.nodes.filter((node) => waitsOf(graph, node.jobId).length > 0);
  const first = waiting[0];
  if (!first) return 'None waits now.';
  if (waiting.length === 1) return `One waits now: ${first.jobKey}, for ${waitsOf(graph, first.jobId).join(' and ')}.`;
  return `${waiting.length} wait now.`;
}

/** joined leaves out the jobs that depend on none, and on which none depends. */
function joined(graph: GraphOfJobs): GraphOfJobs {
  const used = new Set(graph.edges.flatMap((edge) => [edge.from, edge.to]));
  return { ...graph, nodes: graph.nodes.filter((node) => used.has(node.jobId)) };
}

function GraphTable({ graph, always }: { graph: GraphOfJobs; always: boolean }) {
  const keys = new Map(graph.nodes.map((node) => [node.jobId, node.jobKey]));
  const names = (ids: string[]) => ids.map((id) => keys.get(id) ?? id).join(', ');
  return (
    <Table label="Jobs and what they depend on" class={always ? '' : 'gt'} columns={['State', 'Job', 'Depends on', 'Then']}>
      {graph.nodes.map((node) => {
        const after = graph.edges.filter((e) => e.to === node.jobId).map((e) => e.from);
        const then = graph.edges.filter((e) => e.from === node.jobId).map((e) => e.to);
        return (
          <tr role="row" key={node.jobId}>
            <td role="cell">
              <FateMark fate={fateOfNode(graph, node)} quiet />
            </td>
            <td role="cell">
              <Link class="key" href={`/jobs/${node.jobId}`}>
                {node.jobKey}
              </Link>
            </td>
            <td role="cell">{after.length > 0 && `after ${names(after)}`}</td>
            <td role="cell">{then.length > 0 && `then ${names(then)}`}</td>
          </tr>
        );
      })}
    </Table>
  );
}

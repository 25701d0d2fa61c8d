import { useQuery } from '@tanstack/preact-query';
import { useMemo } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';

import { graphQuery, type Graph as GraphOfJobs } from '../../api/queries';
import { Loading } from '../../app/screens';
import { Empty, Failed } from '../../ui/empty';
import { FateMark } from '../../ui/fate';
import { Seg } from '../../ui/seg';
import { useTitle } from '../../ui/title';
import { Drawing } from './drawing';
import { fateOfNode } from './nodes';
import { Panel } from './panel';

type View = 'drawing' | 'table';

/** Graph shows what waits for what now, and what a pause or a delete would hit. */
export function Graph() {
  useTitle('Graph');
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
  const isolated = (query.data?.nodes.length ?? 0) - graph.nodes.length;
  return (
    <div class="s-graph">
      <div class="head">
        <div>
          <h1>Graph</h1>
          <p class="lede">
            {graph.nodes.length} jobs depend on each other{isolated > 0 && `; ${isolated} stand alone`}.
            {query.data?.truncated && ' There are more: choose a job to see what is around it.'}
            {root && (
              <>
                {' '}
                <Link href="/graph">Show all</Link>
              </>
            )}
          </p>
        </div>
        <div class="actions">
          <Seg label="View" value={view} options={{ drawing: 'Drawing', table: 'Table' }} onChange={(v) => change({ view: v === 'table' ? v : '' })} />
        </div>
      </div>
      {graph.nodes.length === 0 ? (
        <Empty title="No job depends on another">A version says on which jobs it depends.</Empty>
      ) : (
        <div class="gr">
          <div>
            {view === 'drawing' && <Drawing graph={graph} chosen={chosen} onChoose={(job) => change({ job })} />}
            <GraphTable graph={graph} always={view === 'table'} />
          </div>
          {chosen && graph.nodes.some((n) => n.jobId === chosen) && <Panel graph={graph} jobId={chosen} />}
        </div>
      )}
    </div>
  );
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
    <table class={`table flow ${always ? '' : 'gt'}`} role="table" aria-label="Jobs and what they depend on">
      <thead role="rowgroup">
        <tr role="row">
          {['State', 'Job', 'Depends on', 'Then'].map((name) => (
            <th key={name} role="columnheader" scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
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
      </tbody>
    </table>
  );
}

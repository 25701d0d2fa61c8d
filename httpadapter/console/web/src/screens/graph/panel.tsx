import { Link } from 'wouter-preact';

import type { Graph } from '../../api/queries';
import { FateMark, fateOfRun, wordOf } from '../../ui/fate';
import { fateOfNode, reach } from './nodes';

/** Panel says what a job waits for, and what a pause or a delete of it would hit. */
export function Panel({ graph, jobId }: { graph: Graph; jobId: string }) {
  const node = graph.nodes.find((n) => n.jobId === jobId);
  if (!node) return null;
  const upstream = graph.edges.filter((edge) => edge.to === jobId);
  const direct = graph.edges.filter((edge) => edge.from === jobId).map((edge) => edge.to);
  const all = [...reach(graph, jobId, 'from')];
  return (
    <aside class="pn" aria-labelledby="h-chosen">
      <div class="section-head">
        <h2 id="h-chosen">{node.jobKey}</h2>
        <Link class="s" href={`/jobs/${jobId}`}>
          Open
        </Link>
      </div>
      <div>
        <h3>Waits for</h3>
        <List graph={graph} jobs={upstream.map((edge) => [edge.from, edge.waiting ? 'waits for it now' : outcomeOf(graph, edge.from)])} none="It depends on no job." />
      </div>
      <div>
        <h3>A pause would hold up</h3>
        <List graph={graph} jobs={all.map((id) => [id, direct.includes(id) ? 'would wait for it' : 'by those between'])} none="No job depends on it." />
      </div>
      {direct.length > 0 && (
        <div>
          <h3>A delete is refused</h3>
          <p class="q refused">
            {direct.length === 1 ? '1 job depends' : `${direct.length} jobs depend`} on it. Take it out of what {direct.length === 1 ? 'that one waits' : 'they wait'} for first.
          </p>
        </div>
      )}
    </aside>
  );
}

/** outcomeOf is how the last run of a job ended, as far as the graph tells. */
function outcomeOf(graph: Graph, jobId: string): string {
  const outcome = graph.nodes.find((n) => n.jobId === jobId)?.lastOutcome;
  return outcome ? `its last run: ${wordOf(fateOfRun(outcome)).toLowerCase()}` : 'no run yet';
}

function List({ graph, jobs, none }: { graph: Graph; jobs: [string, string][]; none: string }) {
  if (!jobs.length) return <p class="q refused">{none}</p>;
  return (
    <ul>
      {jobs.map(([id, about]) => {
        const node = graph.nodes.find((n) => n.jobId === id);
        return (
          node && (
            <li key={id}>
              <FateMark fate={fateOfNode(graph, node)} quiet />
              <span>
                <Link class="key" href={`/jobs/${id}`}>
                  {node.jobKey}
                </Link>
                <br />
                <span class="s q">{about}</span>
              </span>
            </li>
          )
        );
      })}
    </ul>
  );
}

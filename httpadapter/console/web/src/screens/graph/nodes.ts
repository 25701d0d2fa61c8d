import type { Graph } from '../../api/queries';
import { type Fate, fateOfRun } from '../../ui/fate';

type Node = Graph['nodes'][number];

/** fateOfNode is what a job of the graph is now: paused, waiting, or as its last run ended. */
export function fateOfNode(graph: Graph, node: Node): Fate {
  if (node.status === 'paused') return 'pause';
  if (graph.edges.some((edge) => edge.to === node.jobId && edge.waiting)) return 'wait';
  return node.lastOutcome ? fateOfRun(node.lastOutcome) : 'plan';
}

/** reach are the jobs that one reaches along the edges, in either direction, without the job itself. */
export function reach(graph: Graph, jobId: string, along: 'from' | 'to'): Set<string> {
  const other = along === 'from' ? 'to' : 'from';
  const found = new Set<string>();
  const open = [jobId];
  for (let id = open.pop(); id; id = open.pop()) {
    for (const edge of graph.edges) {
      if (edge[along] === id && !found.has(edge[other])) {
        found.add(edge[other]);
        open.push(edge[other]);
      }
    }
  }
  return found;
}

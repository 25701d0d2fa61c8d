import type { Graph } from '../../api/queries';
import { type Fate, fateOfRun, wordOf } from '../../ui/fate';

type Node = Graph['nodes'][number];

/** fateOfNode is what a job of the graph is now: paused, waiting, or as its last run ended. */
export function fateOfNode(graph: Graph, node: Node): Fate {
  if (node.status === 'paused') return 'pause';
  if (graph.edges.some((edge) => edge.to === node.jobId && edge.waiting)) return 'wait';
  return node.lastOutcome ? fateOfRun(node.lastOutcome) : 'plan';
}

/** stateInWords is what a job of the graph is now: what it waits for stands first. */
export function stateInWords(graph: Graph, node: Node): string {
  const fate = fateOfNode(graph, node);
  if (fate === 'plan') return 'no run yet';
  if (fate !== 'wait') return wordOf(fate).toLowerCase();
  const keys = waitsOf(graph, node.jobId);
  return keys.length > 1 ? `waits for ${keys.length} jobs` : `waits for ${keys[0]}`;
}

/** waitsOf are the keys of the jobs that a job waits for now. */
export const waitsOf = (graph: Graph, jobId: string): string[] =>
  graph.edges.filter((edge) => edge.to === jobId && edge.waiting).map((edge) => graph.nodes.find((node) => node.jobId === edge.from)?.jobKey ?? edge.from);

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

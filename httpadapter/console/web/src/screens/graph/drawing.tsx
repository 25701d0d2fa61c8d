/** The graph, laid out by dagre from left to right. */

import { graphlib, layout } from '@dagrejs/dagre';
import { useMemo } from 'preact/hooks';

import type { Graph } from '../../api/queries';
import { wordOf } from '../../ui/fate';
import { glyphs } from '../../ui/glyphs';
import { fateOfNode, reach } from './nodes';

const height = 44;
const widthOf = (key: string) => Math.max(120, key.length * 7 + 44);

type Point = { x: number; y: number };

function laidOut(graph: Graph) {
  const g = new graphlib.Graph();
  g.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: 48, marginx: 4, marginy: 4 });
  g.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) g.setNode(node.jobId, { width: widthOf(node.jobKey), height });
  for (const edge of graph.edges) g.setEdge(edge.from, edge.to);
  layout(g);
  return g;
}

const path = (points: Point[]) => {
  const [first, ...rest] = points;
  if (!first) return '';
  let d = `M${first.x} ${first.y}`;
  for (let i = 0; i < rest.length; i++) {
    const p = rest[i] as Point;
    const next = rest[i + 1];
    d += next ? `Q${p.x} ${p.y} ${(p.x + next.x) / 2} ${(p.y + next.y) / 2}` : `L${p.x} ${p.y}`;
  }
  return d;
};

export function Drawing({ graph, chosen, onChoose }: { graph: Graph; chosen: string; onChoose: (jobId: string) => void }) {
  const g = useMemo(() => laidOut(graph), [graph]);
  const related = useMemo(
    () => (chosen ? new Set([...reach(graph, chosen, 'from'), ...reach(graph, chosen, 'to')]) : new Set<string>()),
    [graph, chosen],
  );
  const { width = 100, height: tall = 100 } = g.graph();
  return (
    <svg class="dag" viewBox={`0 0 ${width} ${tall}`} role="group" aria-label="Dependencies, from left to right">
      {graph.edges.map((edge) => {
        const on = chosen && (edge.from === chosen || edge.to === chosen);
        return <path key={`${edge.from} ${edge.to}`} class={`edge ${edge.waiting ? 'ew' : on ? 'on' : ''}`} d={path(g.edge(edge.from, edge.to).points ?? [])} />;
      })}
      {graph.nodes.map((node) => {
        const at = g.node(node.jobId);
        const fate = fateOfNode(graph, node);
        const state = node.jobId === chosen ? 'sel' : related.has(node.jobId) ? 'rel' : '';
        return (
          <a
            key={node.jobId}
            class={`node ${state}`}
            href="#"
            role="button"
            aria-pressed={node.jobId === chosen}
            aria-label={`${node.jobKey}, ${wordOf(fate).toLowerCase()}`}
            onClick={(event: MouseEvent) => {
              event.preventDefault();
              onChoose(node.jobId);
            }}
          >
            <g transform={`translate(${at.x - at.width / 2} ${at.y - height / 2})`}>
            <rect width={at.width} height={height} rx="5" />
            <svg class={`g ${fate}`} x="10" y="8" width="12" height="12" viewBox="0 0 16 16">
              {glyphs[fate]}
            </svg>
            <text class="nk" x="28" y="18">
              {node.jobKey}
            </text>
            <text class="ns" x="28" y="34">
              {wordOf(fate).toLowerCase()}
            </text>
            </g>
          </a>
        );
      })}
    </svg>
  );
}

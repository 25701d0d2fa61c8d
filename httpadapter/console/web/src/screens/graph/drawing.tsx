/** The graph, laid out by dagre from left to right. */

import { graphlib, layout } from '@dagrejs/dagre';
import { useMemo } from 'preact/hooks';

import type { Graph } from '../../api/queries';
import { glyphs } from '../../ui/glyphs';
import { fateOfNode, reach, stateInWords } from './nodes';

const height = 44;
const least = 154;
/** A key is set in bold at 12 px, about 7 px a letter. */
const widthOf = (text: string) => Math.max(least, text.length * 7 + 40);

type Point = { x: number; y: number };

function laidOut(graph: Graph) {
  const g = new graphlib.Graph();
  g.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: 38, marginx: 4, marginy: 4 });
  g.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) g.setNode(node.jobId, { width: Math.max(widthOf(node.jobKey), widthOf(stateInWords(graph, node)) - 12), height });
  for (const edge of graph.edges) g.setEdge(edge.from, edge.to);
  layout(g);
  return g;
}

/** path goes from one job's right side to another's left, by the points between that dagre found. */
function path(points: Point[], from: Point, to: Point): string {
  const all = [from, ...points.slice(1, -1), to];
  return all.slice(1).reduce((d, p, i) => {
    const before = all[i] as Point;
    const half = (before.x + p.x) / 2;
    return `${d}C${half} ${before.y} ${half} ${p.y} ${p.x} ${p.y}`;
  }, `M${from.x} ${from.y}`);
}

/** The ends of edges, by how the edge is drawn. */
const ends = { plain: 'var(--line-control)', on: 'var(--ink)', ew: 'var(--run-fill)' };

type DrawingProps = { graph: Graph; chosen: string; onChoose: (jobId: string) => void };

export function Drawing({ graph, chosen, onChoose }: DrawingProps) {
  const g = useMemo(() => laidOut(graph), [graph]);
  const related = useMemo(
    () => (chosen ? new Set([chosen, ...reach(graph, chosen, 'from'), ...reach(graph, chosen, 'to')]) : new Set<string>()),
    [graph, chosen],
  );
  const { width = 100, height: tall = 100 } = g.graph();
  return (
    <div class="dag-box" tabIndex={0} role="region" aria-label="Graph">
      <svg class="dag" width={width} height={tall} viewBox={`0 0 ${width} ${tall}`} role="group" aria-label="Graph of dependencies, from left to right; the same as a table is one switch away">
        <defs>
          {Object.entries(ends).map(([name, color]) => (
            <marker key={name} id={`end-${name}`} viewBox="0 0 6 8" refX="5.5" refY="4" markerWidth="6" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">
              <path d="M0 .5L5.5 4 0 7.5z" fill={color} />
            </marker>
          ))}
        </defs>
        {graph.edges.map((edge) => {
          const [from, to] = [g.node(edge.from), g.node(edge.to)];
          const style = edge.waiting ? 'ew' : related.has(edge.from) && related.has(edge.to) ? 'on' : 'plain';
          const d = path(g.edge(edge.from, edge.to).points ?? [], { x: from.x + from.width / 2, y: from.y }, { x: to.x - to.width / 2, y: to.y });
          return <path key={`${edge.from} ${edge.to}`} class={`edge ${style}`} d={d} marker-end={`url(#end-${style})`} />;
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
              aria-label={`${node.jobKey}, ${stateInWords(graph, node)}`}
              onClick={(event: MouseEvent) => {
                event.preventDefault();
                onChoose(node.jobId);
              }}
            >
              <g transform={`translate(${at.x - at.width / 2} ${at.y - height / 2})`}>
                <rect width={at.width} height={height} rx="3" />
                <svg class={`g ${fate}`} x="10" y="8" width="12" height="12" viewBox="0 0 16 16">
                  {glyphs[fate]}
                </svg>
                <text class="nk" x="28" y="18">
                  {node.jobKey}
                </text>
                <text class="ns" x="28" y="34">
                  {stateInWords(graph, node)}
                </text>
              </g>
            </a>
          );
        })}
      </svg>
    </div>
  );
}

/** DrawingLegend says what the lines stand for. */
export function DrawingLegend({ chosen, waits }: { chosen: string | undefined; waits: boolean }) {
  const lines = [chosen && ([`before and after ${chosen}`, ends.on, '1.75', undefined] as const), waits && (['a run waits for it now', ends.ew, '1.75', '4 3'] as const), ['other dependencies', ends.plain, '1.25', undefined] as const];
  return (
    <p class="legend gl-legend">
      {lines.map(
        (line) =>
          line && (
            <span key={line[0]}>
              <svg width="24" height="8" aria-hidden="true">
                <path d="M0 4h24" stroke={line[1]} stroke-width={line[2]} stroke-dasharray={line[3]} />
              </svg>
              {line[0]}
            </span>
          ),
      )}
    </p>
  );
}

/** A graph for Graphviz. */
import type { Graph, GraphEdge } from '../topology/graph/graph.ts'

/** The text of a DOT file, a cluster for each cell and each host. */
export function dotText({ cells, between }: Graph): string {
  const lines = cells.flatMap(cell => [
    `  subgraph ${quoted(`cluster ${cell.id}`)} {`,
    `    label=${quoted(`cell ${cell.name}`)}`,
    `    ${quoted(`cell ${cell.id}`)} [shape=point, style=invis]`,
    ...cell.addresses.map(
      one => `    ${quoted(one.id)} [label=${quoted(`${one.label}\n${one.detail}`)}, shape=oval]`,
    ),
    ...cell.hosts.flatMap(host => [
      `    subgraph ${quoted(`cluster ${host.id}`)} {`,
      `      label=${quoted(host.label)}`,
      `      ${quoted(host.id)} [shape=point, style=invis]`,
      ...host.programs.map(one => `      ${quoted(one.id)} [label=${quoted(`${one.label}\n${one.detail}`)}]`),
      '    }',
    ]),
    '  }',
    ...cell.edges.map(edge => dotEdge(edge)),
  ])
  const far = between.map(edge => dotEdge({ ...edge, from: `cell ${edge.from}`, to: `cell ${edge.to}` }))
  return ['digraph promha {', '  node [shape=box]', ...lines, ...far, '}', ''].join('\n')
}

function dotEdge({ from, to, label, mutual }: GraphEdge): string {
  return `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(label)}${mutual ? ', dir=both' : ''}]`
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`
}

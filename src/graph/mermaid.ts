/** A graph for Mermaid, which GitHub and GitLab show in Markdown. */
import type { Graph, GraphEdge, GraphNode } from '../topology/graph/graph.ts'

/** The text of a Mermaid flowchart. Its ids are numbers, so no name can break it. */
export function mermaidText({ cells, between }: Graph): string {
  const ids = new Map<string, string>()
  const id = (name: string) => {
    const known = ids.get(name) ?? `n${ids.size + 1}`
    ids.set(name, known)
    return known
  }
  const node = (one: GraphNode) => `${id(one.id)}[${text(one.label, one.detail)}]`
  const edge = ({ from, to, label, mutual }: GraphEdge) =>
    `  ${id(from)} ${mutual ? '<-->' : '-->'}|${text(label)}| ${id(to)}`
  const boxes = cells.flatMap(cell => [
    `  subgraph ${id(`cell ${cell.id}`)}[${text(`cell ${cell.name}`)}]`,
    ...cell.addresses.map(one => `    ${id(one.id)}([${text(one.label, one.detail)}])`),
    ...cell.hosts.flatMap(host => [
      `    subgraph ${id(host.id)}[${text(host.label)}]`,
      ...host.programs.map(one => `      ${node(one)}`),
      '    end',
    ]),
    '  end',
  ])
  const far = between.map(one => ({ ...one, from: `cell ${one.from}`, to: `cell ${one.to}` }))
  const edges = [...cells.flatMap(cell => cell.edges), ...far].map(edge)
  return ['flowchart TB', ...boxes, ...edges, ''].join('\n')
}

/** In double quotes, every character that means something there as its entity. */
function text(...lines: readonly string[]): string {
  const escaped = lines.map(line =>
    line.replace(/[^\p{L}\p{N} .,:…×_-]/gu, char => `#${char.codePointAt(0)};`),
  )
  return `"${escaped.join('<br>')}"`
}

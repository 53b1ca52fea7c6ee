/** A picture of a topology, in one of its forms. */
import type { Graph } from '../topology/graph/graph.ts'
import { dotText } from './dot.ts'
import { mermaidText } from './mermaid.ts'
import { svgText } from './svg.ts'

const renderers = { svg: svgText, dot: dotText, mermaid: mermaidText }

export function renderGraph(graph: Graph, format: keyof typeof renderers): string {
  return renderers[format](graph)
}

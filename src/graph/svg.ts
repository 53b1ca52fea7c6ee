/** A graph as SVG: no script, no link, no font of its own; light and dark as the reader's system is. */
import type { Graph } from '../topology/graph/graph.ts'
import { layoutOf, type PlacedCell, type PlacedHost, type PlacedNode, type Rect } from './layout.ts'
import { edgeLines, farLines } from './lines.ts'
import { describeGraph } from './sentences.ts'
import { fittedText, xml } from './xml.ts'

const style = `
  text { font: 12px ui-sans-serif, system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
  .name { font-weight: 600 } .title { font-size: 15px; font-weight: 600 } .detail, .label { fill: #59636e; font-size: 11px }
  .back { fill: #ffffff } .cell { fill: #f6f8fa; stroke: #d1d9e0 } .host { fill: #ffffff; stroke: #818b98 }
  .program { fill: #ddf4ff; stroke: #54aeff } .address { fill: #fff8c5; stroke: #bf8700 } .scraped, .store { stroke-dasharray: 4 3 }
  .line { fill: none; stroke: #59636e; stroke-width: 1.3 } .head { fill: #59636e }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .detail, .label { fill: #9198a1 } .back { fill: #0d1117 } .cell { fill: #151b23; stroke: #3d444d }
    .host { fill: #0d1117; stroke: #656c76 } .program { fill: #121d2f; stroke: #316dca } .address { fill: #272115; stroke: #9e6a03 }
    .line { stroke: #9198a1 } .head { fill: #9198a1 }
  }
`

/** The text of an SVG file. The same graph gives the same text. */
export function svgText(graph: Graph): string {
  const layout = layoutOf(graph)
  const { width, height } = layout
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title desc">`,
    '<title id="title">Topology of the site</title>',
    `<desc id="desc">${xml(describeGraph(graph))}</desc>`,
    `<style>${style}</style>`,
    box('back', { x: 0, y: 0, width, height }, 0),
    ...layout.cells.map(one => box('cell', one, 10)),
    ...farLines(graph, layout),
    ...layout.cells.flatMap(one => drawn(one)),
    '</svg>',
    '',
  ].join('\n')
}

/** Lines first: what stands in their way is drawn over them. */
function drawn(placed: PlacedCell): readonly string[] {
  const { cell, x, y, top, bottom, main, below } = placed
  return [
    `<text class="title" x="${x + 24}" y="${y + 26}">${xml(`cell ${cell.name}`)}</text>`,
    ...edgeLines(placed),
    ...[...top, ...bottom].map(one => addressBox(one)),
    ...[...main, ...below].flatMap(one => hostBox(one)),
  ]
}

function addressBox(one: PlacedNode): string {
  const { node, x, y, width } = one
  const middle = x + width / 2
  const label = `<text class="name" x="${middle}" y="${y + 17}" text-anchor="middle">${xml(fittedText(node.label, width))}</text>`
  const detail = `<text class="detail" x="${middle}" y="${y + 32}" text-anchor="middle">${xml(fittedText(node.detail, width))}</text>`
  return `<g data-id="${xml(node.id)}"><title>${xml(`${node.label} ${node.detail}`)}</title>${box('address', one, 20)}${label}${detail}</g>`
}

function hostBox(one: PlacedHost): readonly string[] {
  const { host, x, y, width, programs } = one
  const name = `<text class="name" x="${x + 10}" y="${y + 18}">${xml(fittedText(host.label, width - 10))}</text>`
  const whole = `<title>${xml(host.label)}</title>`
  return [
    `<g data-id="${xml(host.id)}">${whole}${box(`host ${host.kind}`, one, 6)}${name}</g>`,
    ...programs.map(program => programBox(program)),
  ]
}

function programBox(one: PlacedNode): string {
  const { node, x, y, width } = one
  const whole = `<title>${xml(`${node.label} ${node.detail}`)}</title>`
  const detail = fittedText(node.detail, width * 0.8)
  const label = fittedText(node.label, width - detail.length * 6)
  const texts = [
    `<text x="${x + 8}" y="${y + 17}">${xml(label)}</text>`,
    `<text class="detail" x="${x + width - 8}" y="${y + 17}" text-anchor="end">${xml(detail)}</text>`,
  ]
  return `<g data-id="${xml(node.id)}">${whole}${box('program', one, 4)}${texts.join('')}</g>`
}

function box(kind: string, { x, y, width, height }: Rect, round: number): string {
  return `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${round}"/>`
}

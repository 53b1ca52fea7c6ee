/** The lines of a picture: right-angled, between hosts, from addresses down, and from the main hosts to those below. */
import type { Graph, GraphEdge } from '../topology/graph/graph.ts'
import { busHeight, type Layout, type PlacedCell, type PlacedHost, type PlacedNode, track } from './layout.ts'
import { xml } from './xml.ts'

type Point = readonly [x: number, y: number]

/** Lines inside of one cell. */
export function edgeLines(cell: PlacedCell): readonly string[] {
  return [...beside(cell), ...addressLines(cell), ...bus(cell)]
}

/** Between programs of two main hosts, at their height. */
function beside({ cell, main }: PlacedCell): readonly string[] {
  return cell.edges
    .filter(({ mutual }) => mutual)
    .flatMap(edge => {
      const ends = [edge.from, edge.to].flatMap(id => {
        const host = main.find(({ programs }) => programs.some(({ node }) => node.id === id))
        const program = host?.programs.find(({ node }) => node.id === id)
        return host && program ? [{ host, program }] : []
      })
      const [one, other] = ends.toSorted((a, b) => a.host.x - b.host.x)
      if (!one || !other || one.host === other.host) return []
      const y = one.program.y + one.program.height / 2
      const from = one.host.x + one.host.width
      const next = main.find(({ x }) => x > one.host.x)?.x ?? other.host.x
      return [
        line(
          [
            [from, y],
            [other.host.x, y],
          ],
          'both',
        ),
        label((from + next) / 2, y - 5, edge.label),
      ]
    })
}

/** From each address by a track of its own to the hosts that may have it, each of which it enters at a place of its own. */
function addressLines({ cell, top, bottom, main, below }: PlacedCell): readonly string[] {
  const place = (addresses: readonly PlacedNode[], hosts: readonly PlacedHost[], isAbove: boolean) =>
    addresses.flatMap((placed, index) => {
      const from = placed.x + placed.width / 2
      const start = isAbove ? placed.y + placed.height : placed.y
      const y = start + (isAbove ? 1 : -1) * track * (index + 1)
      return hostsOf(cell.edges, placed.node.id, hosts).map(host => {
        const to = host.x + ((index + 1) * host.width) / (addresses.length + 1)
        return line([
          [from, start],
          [from, y],
          [to, y],
          [to, isAbove ? host.y : host.y + host.height],
        ])
      })
    })
  return [...place(top, main, true), ...place(bottom, below, false)]
}

function hostsOf(edges: readonly GraphEdge[], address: string, hosts: readonly PlacedHost[]) {
  const ends = new Set(edges.filter(({ from }) => from === address).map(({ to }) => to))
  return hosts.filter(({ programs }) => programs.some(({ node }) => ends.has(node.id)))
}

/** All replicas do the same to a box below, so they share one line to it. */
function bus({ cell, main, below }: PlacedCell): readonly string[] {
  const targets = below.flatMap(box => {
    const found = cell.edges.filter(({ to }) => to === box.host.id)
    return found[0] ? [{ box, said: found[0].label, from: found.map(({ from }) => from) }] : []
  })
  const starts = main.filter(({ programs }) =>
    programs.some(({ node }) => targets.some(({ from }) => from.includes(node.id))),
  )
  if (targets.length === 0 || starts.length === 0) return []
  const down = starts.map(host => [host.x + host.width / 2, host.y + host.height] as const)
  const y = (down[0]?.[1] ?? 0) + busHeight / 2 - 8
  const drops = targets.map(({ box, said }) => ({ x: box.x + box.width / 2, y: box.y, said }))
  const xs = [...down.map(([x]) => x), ...drops.map(({ x }) => x)]
  return [
    ...down.map(([x, top]) =>
      line(
        [
          [x, top],
          [x, y],
        ],
        'none',
      ),
    ),
    line(
      [
        [Math.min(...xs), y],
        [Math.max(...xs), y],
      ],
      'none',
    ),
    ...drops.flatMap(drop => [
      line([
        [drop.x, y],
        [drop.x, drop.y],
      ]),
      label(drop.x + 8, (y + drop.y) / 2 + 4, drop.said, 'start'),
    ]),
  ]
}

/** Lines between cells: across where they stand side by side, otherwise on the right, a track each. */
export function farLines({ between }: Graph, { cells }: Layout): readonly string[] {
  return between.flatMap((edge, index) => {
    const from = cells.find(({ cell }) => cell.id === edge.from)
    const to = cells.find(({ cell }) => cell.id === edge.to)
    if (!from || !to) return []
    if (cells.length <= 2) {
      const [left, right] = from.x < to.x ? [from, to] : [to, from]
      const y = Math.min(left.y + left.height, right.y + right.height) / 2 + index * 34
      const ends: [number, number] = [left.x + left.width, right.x]
      const points = (from === left ? ends : ends.toReversed()).map((x): Point => [x, y])
      return [line(points), label((ends[0] + ends[1]) / 2, y - 6, edge.label)]
    }
    const start = from.y + from.height / 2 + 8 + index * 4
    const end = to.y + to.height / 2 - 8 - index * 4
    const edgeOf = (one: PlacedCell) => one.x + one.width
    const x = Math.max(...cells.map(edgeOf)) + 14 + (index % 12) * 6
    const points: readonly Point[] = [
      [edgeOf(from), start],
      [x, start],
      [x, end],
      [edgeOf(to), end],
    ]
    return [`<g><title>${xml(`${edge.label}: ${edge.from} to ${edge.to}`)}</title>${line(points)}</g>`]
  })
}

function line(points: readonly Point[], heads: 'end' | 'both' | 'none' = 'end'): string {
  const path = `<path class="line" d="M${points.map(([x, y]) => `${x} ${y}`).join(' L')}"/>`
  const ends = { end: [points], both: [points, points.toReversed()], none: [] }[heads]
  return path + ends.map(way => head(way)).join('')
}

/** Its tip is the last point, along the last piece, which is across or down. */
function head(way: readonly Point[]): string {
  const [x, y] = way.at(-1) ?? [0, 0]
  const [fromX, fromY] = way.at(-2) ?? [0, 0]
  const [dx, dy] = [Math.sign(x - fromX) * 7, Math.sign(y - fromY) * 7]
  const [backX, backY] = [x - dx, y - dy]
  return `<path class="head" d="M${x} ${y} L${backX + dy / 2} ${backY + dx / 2} L${backX - dy / 2} ${backY - dx / 2}z"/>`
}

function label(x: number, y: number, text: string, anchor = 'middle'): string {
  return `<text class="label" x="${x}" y="${y}" text-anchor="${anchor}">${xml(text)}</text>`
}

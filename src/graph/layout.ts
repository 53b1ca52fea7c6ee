/** Where each box of a picture lies: a cell has its addresses on top, then its main hosts side by side, then what these scrape and write to. */
import type { CellGraph, Graph, GraphNode, HostBox } from '../topology/graph/graph.ts'

export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedNode extends Rect {
  readonly node: GraphNode
}

export interface PlacedHost extends Rect {
  readonly host: HostBox
  readonly programs: readonly PlacedNode[]
}

export interface PlacedCell extends Rect {
  readonly cell: CellGraph
  /** Addresses that lead to the main hosts. */
  readonly top: readonly PlacedNode[]
  /** Addresses that lead to the hosts below only. */
  readonly bottom: readonly PlacedNode[]
  readonly main: readonly PlacedHost[]
  /** Below the main hosts. */
  readonly below: readonly PlacedHost[]
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly cells: readonly PlacedCell[]
}

const host = { width: 200, title: 26, inset: 10 }
const program = { height: 26, gap: 8 }
const address = { width: 154, height: 40, gap: 14 }
/** Between two hosts, wide enough for what they do to each other. */
const gap = 116
const inset = 24
const cellTitle = 40
/** For the lines from an address to its hosts: a track each. */
export const track = 10
/** For the lines from the main hosts to those below. */
export const busHeight = 64
const margin = 16
const cellGap = 96
/** More cells than this stand below each other. */
const mostAbreast = 2

/** The same graph gives the same layout. No two boxes overlap but where one is in the other. */
export function layoutOf({ cells }: Graph): Layout {
  const placed: PlacedCell[] = []
  let x = margin
  let y = margin
  for (const cell of cells) {
    const one = placeCell(cell, x, y)
    placed.push(one)
    if (cells.length <= mostAbreast) x += one.width + cellGap
    else y += one.height + margin * 2
  }
  // Lines between cells that stand below each other run on the right.
  const gutter = cells.length > mostAbreast ? cellGap : 0
  const right = Math.max(0, ...placed.map(one => one.x + one.width)) + gutter + margin
  const bottom = Math.max(0, ...placed.map(one => one.y + one.height)) + margin
  return { width: right, height: bottom, cells: placed }
}

function placeCell(cell: CellGraph, x: number, y: number): PlacedCell {
  const main = cell.hosts.filter(({ kind }) => kind === 'core')
  const below = cell.hosts.filter(({ kind }) => kind !== 'core')
  const inner = Math.max(
    rowWidth(main.length, host.width, gap),
    rowWidth(below.length, host.width, gap),
    rowWidth(cell.addresses.length, address.width, address.gap),
    host.width,
  )
  const left = (width: number) => x + inset + (inner - width) / 2
  const leadsTo = (hosts: readonly HostBox[], { id }: GraphNode) =>
    cell.edges.some(
      ({ from, to }) => from === id && hosts.some(one => one.programs.some(end => end.id === to)),
    )
  const isBelow = (one: GraphNode) => leadsTo(below, one) && !leadsTo(main, one)
  const pills = (nodes: readonly GraphNode[], at: number): readonly PlacedNode[] => {
    const start = left(rowWidth(nodes.length, address.width, address.gap))
    return nodes.map((node, index) => ({
      ...{ node, x: start + index * (address.width + address.gap), y: at },
      ...{ width: address.width, height: address.height },
    }))
  }
  const tracks = (count: number) => (count === 0 ? 0 : track * (count + 2))
  let top = y + cellTitle
  const above = pills(
    cell.addresses.filter(one => !isBelow(one)),
    top,
  )
  top = bottomOf(above, top) + tracks(above.length)
  const rows = [...new Set(main.flatMap(({ programs }) => programs.map(({ row }) => row)))]
  const ordered = rows.toSorted((a, b) => Number(a === 'exporters') - Number(b === 'exporters'))
  const placedMain = placeRow(main, ordered, left(rowWidth(main.length, host.width, gap)), top)
  top = bottomOf(placedMain, top)
  if (below.length > 0 && main.length > 0) top += busHeight
  const placedBelow = placeRow(below, undefined, left(rowWidth(below.length, host.width, gap)), top)
  top = bottomOf(placedBelow, top)
  const lowest = cell.addresses.filter(isBelow)
  const under = pills(lowest, top + tracks(lowest.length))
  const bottom = bottomOf(under, top)
  const size = { width: inner + inset * 2, height: bottom + inset - y }
  return { cell, x, y, ...size, top: above, bottom: under, main: placedMain, below: placedBelow }
}

function rowWidth(count: number, width: number, between: number): number {
  return count === 0 ? 0 : count * width + (count - 1) * between
}

function bottomOf(boxes: readonly Rect[], top: number): number {
  return Math.max(top, ...boxes.map(one => one.y + one.height))
}

/** `rows`: programs of the same row lie at the same height on all hosts; otherwise they lie one below the other. */
function placeRow(
  hosts: readonly HostBox[],
  rows: readonly string[] | undefined,
  left: number,
  top: number,
): readonly PlacedHost[] {
  const counts = hosts.map(({ programs }) => programs.length)
  const slots = rows?.length ?? Math.max(0, ...counts)
  const height = host.title + Math.max(1, slots) * (program.height + program.gap) + host.inset
  return hosts.map((box, index) => {
    const x = left + index * (host.width + gap)
    const programs = box.programs.map((node, at) => ({
      ...{ node, x: x + host.inset, width: host.width - host.inset * 2, height: program.height },
      y:
        top + host.title + program.gap / 2 + (rows?.indexOf(node.row) ?? at) * (program.height + program.gap),
    }))
    return { host: box, x, y: top, width: host.width, height, programs }
  })
}

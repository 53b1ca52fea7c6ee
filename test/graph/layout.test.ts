import assert from 'node:assert/strict'
import { layoutOf, type PlacedCell, type Rect } from '../../src/graph/layout.ts'
import { graphOf, graphWith, manyHosts, shipped } from '../topology/graph/sites.ts'

const overlap = (a: Rect, b: Rect) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
const inside = (a: Rect, b: Rect) =>
  a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height

function assertApart(boxes: readonly Rect[], within: Rect): void {
  for (const [index, one] of boxes.entries()) {
    assert.ok(inside(one, within))
    for (const other of boxes.slice(index + 1)) assert.ok(!overlap(one, other))
  }
}

function assertCell(cell: PlacedCell): void {
  const hosts = [...cell.main, ...cell.below]
  assert.equal(hosts.length, cell.cell.hosts.length)
  assertApart([...cell.top, ...cell.bottom, ...hosts], cell)
  for (const host of hosts) assertApart(host.programs, host)
}

describe('the layout of a picture', () => {
  for (const name of shipped)
    it(`has no boxes of ${name} that overlap`, async () => {
      const { width, height, cells } = layoutOf(await graphOf(name))
      assertApart(cells, { x: 0, y: 0, width, height })
      cells.forEach(assertCell)
    })

  it('stays as wide with many hosts', () => {
    const [few, many] = [graphWith(['app-1']), graphWith(manyHosts)].map(layoutOf)
    assert.equal(few?.width, many?.width)
    assert.equal(few?.height, many?.height)
  })

  it('sets many cells below each other', () => {
    const cells = ['a', 'b', 'c', 'd'].flatMap(name => graphWith(['app-1'], name).cells)
    const layout = layoutOf({ cells, between: [] })
    assertApart(layout.cells, { x: 0, y: 0, width: layout.width, height: layout.height })
    assert.equal(new Set(layout.cells.map(({ x }) => x)).size, 1)
  })
})

/** A component is known by its definition: rooms other than `roles` and `src/topology` never name one. */
import assert from 'node:assert/strict'
import { components } from '../../roles/index.ts'
import { cellParts } from '../../src/inventory/cell/parts.ts'
import { sources } from './sources.ts'

function filesWith(names: readonly string[], rooms: RegExp): readonly string[] {
  const named = new RegExp(`'(${names.join('|')})'`)
  return [...sources()].flatMap(([file, text]) => (rooms.test(file) && named.test(text) ? [file] : []))
}

describe('names of components', () => {
  it('stand in roles and in src/topology only', () => {
    assert.deepEqual(filesWith(components, /^(?!roles\/|src\/topology\/)/), [])
  })

  it('and of what a cell says of them stand nowhere in the reader of the inventory', () => {
    // `exporters` is no component, but the key below which a cell has all of a kind.
    const keys = cellParts.map(({ key }) => key).filter(key => key !== 'exporters')
    assert.deepEqual(filesWith(keys, /^src\/inventory\//), [])
  })
})

/** A component is known by its definition: rooms other than `roles` and `src/topology` never name one. */
import assert from 'node:assert/strict'
import { components } from '../../roles/index.ts'
import { sources } from './sources.ts'

/** Files that still do, and are to stop. */
const notYet: readonly string[] = ['src/engine/waves.ts', 'src/inventory/prometheus.ts']

describe('names of components', () => {
  it('stand in roles and in src/topology only', () => {
    const named = new RegExp(`'(${components.join('|')})'`)
    const wrong = [...sources()]
      .filter(([file, text]) => !/^(roles|src\/topology)\//.test(file) && named.test(text))
      .map(([file]) => file)
    assert.deepEqual(wrong, notYet)
  })
})

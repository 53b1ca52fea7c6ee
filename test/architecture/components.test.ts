/** A component is known by its definition: rooms other than `roles` and `src/topology` never name one. */
import assert from 'node:assert/strict'
import { components } from '../../roles/index.ts'
import { sources } from './sources.ts'

/** Files that still do, and are to stop. */
const notYet: readonly string[] = [
  'src/engine/waves.ts',
  'src/inventory/alertmanager.ts',
  'src/inventory/cells.ts',
  'src/inventory/failover.ts',
  'src/inventory/federation.ts',
  'src/inventory/firewall.ts',
  'src/inventory/host-files.ts',
  'src/inventory/listeners.ts',
  'src/inventory/model.ts',
  'src/inventory/occupancy.ts',
  'src/inventory/passed-on.ts',
  'src/inventory/prometheus.ts',
  'src/inventory/pushgateway.ts',
  'src/inventory/scrape.ts',
  'src/inventory/scraped.ts',
  'src/inventory/vips.ts',
]

describe('names of components', () => {
  it('stand in roles and in src/topology only', () => {
    const named = new RegExp(`'(${components.join('|')})'`)
    const wrong = [...sources()]
      .filter(([file, text]) => !/^(roles|src\/topology)\//.test(file) && named.test(text))
      .map(([file]) => file)
    assert.deepEqual(wrong, notYet)
  })
})

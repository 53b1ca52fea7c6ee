import assert from 'node:assert/strict'
import { AbsentError } from '../../src/artifact/model.ts'
import { chooseVersions } from '../../src/artifact/versions.ts'
import { read } from '../inventory/harness.ts'
import { error } from '../support/problems.ts'

const text = `promha: 1
hosts: { a: { address: 198.18.0.11 } }
cells:
  eu:
    prometheus: { replicas: { a: a } }
    alertmanager: { hosts: [a], config: { route: { receiver: x }, receivers: [{ name: x }] } }
    exporters: { node: {} }
`

describe('the versions of an inventory', () => {
  it('tell of a suite that is not there once, not once for each component', async () => {
    const { inventory = assert.fail() } = await read(text)
    const defaultVersion = async () => {
      throw new AbsentError([error('no suite trixi')])
    }
    await assert.rejects(
      chooseVersions(inventory, [], () => ({ name: 'debian/trixi', defaultVersion }), false),
      (thrown: AbsentError) => assert.equal(thrown.problems.length, 1) === undefined,
    )
  })
})

import assert from 'node:assert/strict'
import { definitions } from '../../../roles/index.ts'
import { storeTrial } from '../../../roles/objstore/trial.ts'
import type { Cell } from '../../../src/inventory/model.ts'
import { readObjstore } from './said.ts'

const bucket = (name: string) => readObjstore(`type: GCS\nconfig: { bucket: ${name} }\n`).objstore
const cell = (name: string, storage?: object) => ({ name, storage }) as unknown as Cell

describe('the trial of a store', () => {
  const cells = [
    cell('central', { central: bucket('shared') }),
    cell('eu', { cell: 'central' }),
    cell('us', { central: bucket('own'), cell: 'central' }),
    cell('mirror', { central: bucket('shared') }),
    cell('none'),
  ]
  const trial = storeTrial(storage => (storage as { central?: ReturnType<typeof bucket> }).central)
  const keyOf = (name: string) => trial({ cell: name }, cells)?.key

  it('is about its own bucket, and not that of a cell whose store it uses', () => {
    assert.match(keyOf('central') ?? '', /bucket: shared/)
    assert.equal(keyOf('eu'), undefined)
    assert.match(keyOf('us') ?? '', /bucket: own/)
    assert.equal(keyOf('none'), undefined)
  })

  it('is one for equal buckets only', () => {
    assert.equal(keyOf('central'), keyOf('mirror'))
    assert.notEqual(keyOf('central'), keyOf('us'))
  })

  it('is that of each component that has a bucket', () => {
    const objstore = bucket('b')
    const parts = { thanos: { objstore }, cortex: { objstore }, mimir: { objstore } }
    const tried = definitions.filter(({ trial }) => trial?.({ cell: 'x' } as never, [cell('x', parts)]))
    assert.deepEqual(
      tried
        .map(({ name }) => name)
        .filter(name => name.startsWith('thanos'))
        .toSorted(),
      ['thanos_compactor', 'thanos_sidecar', 'thanos_store'],
    )
  })
})

import assert from 'node:assert/strict'
import { lastFrom } from '../../../../roles/storage/checks/held.ts'
import { markedWriter } from '../../../../src/topology/store/writer-mark.ts'

describe('what a store holds of its writers', () => {
  it('says when one of them last wrote, however many series a host answers with', () => {
    const held = Array.from({ length: 300_000 }, (_, at) => ({
      labels: { __name__: markedWriter, writer: 'a' },
      at: [at],
    }))
    assert.equal(lastFrom(held, 'a'), 299_999)
    assert.equal(lastFrom(held, 'b'), undefined)
  })
})

import assert from 'node:assert/strict'
import { withFeature } from '../../../roles/text/flags.ts'
import type { Flags } from '../../../src/inventory/model.ts'

describe('the features of a program', () => {
  const wanted = 'receiver-name-in-metrics'
  const featuresWith = (given: unknown) =>
    withFeature({ 'log.level': 'debug', 'enable-feature': given } as Flags, wanted)

  it('are what promha needs, and what the user wants beside', () => {
    assert.deepEqual(withFeature({ a: '1' }, wanted), { a: '1', 'enable-feature': wanted })
    assert.deepEqual(featuresWith('utf8-strict-mode'), {
      'log.level': 'debug',
      'enable-feature': `${wanted},utf8-strict-mode`,
    })
  })

  it('may be a text with commas or a list, and stand there once each', () => {
    for (const given of ['a, b,a', ['a', 'b'], ['a,b', 'b'], `a,b,${wanted}`, [wanted, 'a', 'b']])
      assert.equal(featuresWith(given)['enable-feature'], `${wanted},a,b`)
    assert.equal(featuresWith('')['enable-feature'], wanted)
  })
})

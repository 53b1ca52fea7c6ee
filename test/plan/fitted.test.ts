import assert from 'node:assert/strict'
import { fitted } from '../../src/plan/fitted.ts'
import { probeFor } from '../../src/plan/questions.ts'
import type { Instance } from '../../src/resource/model.ts'
import { blank, prometheus } from './host.ts'

const node: Instance = {
  ...prometheus,
  component: 'node_exporter',
  resources: [{ kind: 'unit', name: 'node_exporter.service', content: '[Service]\nProtectHome=read-only\n' }],
}
const unit = (homesMounted: boolean | undefined) => {
  const observed = homesMounted === undefined ? blank : { ...blank, homesMounted }
  const [resource] = fitted(node, observed).resources
  return resource?.kind === 'unit' ? resource.content : assert.fail()
}

describe('an instance on its host', () => {
  it('sees homes only where they have a file system to report', () => {
    assert.equal(unit(false), '[Service]\nProtectHome=true\n')
    for (const kept of [true, undefined]) assert.equal(unit(kept), '[Service]\nProtectHome=read-only\n')
    assert.deepEqual(
      [[node], [prometheus]].map(instances => probeFor(instances, false).homes),
      [true, false],
    )
    assert.equal(fitted(prometheus, { ...blank, homesMounted: false }), prometheus)
  })
})

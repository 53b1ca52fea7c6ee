import assert from 'node:assert/strict'
import { nearest } from '../../src/diagnostic/nearest.ts'

describe('nearest', () => {
  const cases: readonly (readonly [string, readonly string[], string | undefined])[] = [
    ['replicaz', ['replicas', 'replica_label'], 'replicas'],
    ['Hosts', ['ssh', 'hosts'], 'hosts'],
    ['adress', ['address', 'labels'], 'address'],
    ['node', ['prometheus', 'node_exporter'], 'node_exporter'],
    ['x', ['y', 'hosts'], 'y'],
    ['vpi', ['vip', 'vrid'], 'vip'],
    ['ip', ['vip', 'pi'], 'vip'],
    ['grafana', ['hosts', 'labels'], undefined],
    ['store', ['prometheus', 'storage'], 'storage'],
    ['storm', ['alertmanager', 'storage_class_name'], undefined],
    ['mon-a', [], undefined],
  ]
  for (const [name, candidates, expected] of cases) {
    it(`${name} of ${candidates.join(', ')}`, () => assert.equal(nearest(name, candidates), expected))
  }
})

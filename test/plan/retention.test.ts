import assert from 'node:assert/strict'
import type { CommandFlags, Retention } from '../../roles/component.ts'
import { definitionOf } from '../../roles/index.ts'
import { flagsOf } from '../../src/plan/adopt/command-flags.ts'
import { shorter } from '../../src/plan/retention.ts'

const retentionOf = (component: string) => (flags: CommandFlags, config?: Retention) =>
  definitionOf(component).takeOver?.retention?.of(flags, config) ?? {}
const prometheusRetention = retentionOf('prometheus')
const alertmanagerRetention = retentionOf('alertmanager')

const flags = (...args: readonly string[]) => flagsOf(['prometheus', ...args])

describe('how long data is kept', () => {
  it('is what the flags say, old names too, and what the config says before them', () => {
    const time = flags('--storage.tsdb.retention.time=30d', '--storage.tsdb.retention.size', '0')
    assert.deepEqual(prometheusRetention(time), { time: '30d' })
    assert.deepEqual(prometheusRetention(time, { time: '60d', size: '9GB' }), { time: '60d', size: '9GB' })
    assert.deepEqual(prometheusRetention(flags('-storage.tsdb.retention=400d')), { time: '400d' })
    assert.deepEqual(prometheusRetention(flags('--storage.tsdb.retention.size=1TB')), { size: '1TB' })
    assert.deepEqual(prometheusRetention(flags()), { time: '15d' })
    assert.deepEqual(alertmanagerRetention(flags('--data.retention=1.5h')), { time: '1.5h' })
    assert.deepEqual(alertmanagerRetention(flags()), { time: '120h' })
  })

  it('is shorter if a limit is lower or new', () => {
    assert.deepEqual(shorter({ time: '30d' }, { time: '10d' }), ['time'])
    assert.deepEqual(shorter({ time: '4w2d' }, { time: '30d' }), [])
    assert.deepEqual(shorter({ time: '10d' }, { time: '1y' }), [])
    assert.deepEqual(shorter({ time: '10d' }, { time: '10d', size: '20GB' }), ['size'])
    assert.deepEqual(shorter({ size: '1TB' }, { time: '15d' }), ['time'])
    assert.deepEqual(shorter({ size: '2000MB' }, { size: '1.5GB' }), ['size'])
    assert.deepEqual(shorter({ size: '512MB' }, { size: '1GB' }), [])
    assert.deepEqual(shorter({ percentage: '80' }, { percentage: '50' }), ['percentage'])
    assert.deepEqual(shorter({ time: '1.5h' }, { time: '90m' }), [])
  })
})

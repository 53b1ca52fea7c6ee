import assert from 'node:assert/strict'
import { shorterRetention } from '../../../src/engine/preflight/retention.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { blank, prometheus } from '../../plan/host.ts'

type Record = { readonly component: string }

/** An instance that promha has confirmed before. */
function step(
  component: string,
  [before, after]: readonly [string, string],
  configs: readonly [string, string] = ['', ''],
  rest: Partial<Instance> = {},
) {
  const unit = `/etc/systemd/system/${component}.service`
  const config = '/etc/prometheus/prometheus.yml'
  const text = (flags: string) => `[Service]\nExecStart=/usr/local/bin/${component} ${flags}\n`
  const file = prometheus.resources.find(one => one.kind === 'file') ?? assert.fail()
  const instance: Instance = {
    ...prometheus,
    component,
    resources: [
      { ...file, path: config, content: configs[1] },
      { kind: 'unit', name: `${component}.service`, content: text(after) },
    ],
    ...rest,
  }
  const renewed = new Set([
    ...(before === after ? [] : [`unit:${component}.service`]),
    ...(configs[0] === configs[1] ? [] : [`file:${config}`]),
  ])
  const contents = new Map([
    [unit, Buffer.from(text(before))],
    [config, Buffer.from(configs[0])],
  ])
  const plan = { instance, component, changes: [], renewed, removed: [], backups: [] }
  const records = new Map([[component, {} as Record]]) as never
  return {
    warnings: shorterRetention(plan, { ...blank, records }, { contents }).map(
      ({ severity, summary, remedy }) => `${severity} ${summary} | ${remedy}`,
    ),
    unread: shorterRetention(plan, { ...blank, records }, { contents: new Map() }),
    firsts: shorterRetention(plan, blank, { contents }),
  }
}

describe('a change that keeps data for a shorter time', () => {
  it('is told of with what was kept and what will be', () => {
    const { warnings } = step('victoriametrics', ['--retentionPeriod=365d', '--retentionPeriod=30d'])
    assert.deepEqual(warnings, [
      'warning victoriametrics keeps 365d and will keep 30d: it will delete older data | Set `retention: 365d` under `victoriametrics:` to keep it.',
    ])
    const pair = step('prometheus', [
      '--storage.tsdb.retention.time=15d --storage.tsdb.retention.size=20GB',
      '--storage.tsdb.retention.time=10d --storage.tsdb.retention.size=10GB',
    ])
    assert.deepEqual(
      pair.warnings.map(one => one.replace(/:.*/, '')),
      ['warning prometheus keeps 15d and will keep 10d', 'warning prometheus keeps 20GB and will keep 10GB'],
    )
  })

  it('is told of a default and of a new limit', () => {
    const flag = '--storage.tsdb.retention.time=10d'
    assert.match(step('prometheus', ['', flag]).warnings[0] ?? '', /keeps 15d and will keep 10d/)
    const size = '--storage.tsdb.retention.size=9GB'
    const all = `--storage.tsdb.retention.time=10d`
    assert.match(
      step('prometheus', [all, `${all} ${size}`]).warnings[0] ?? '',
      /keeps data without a limit and will keep 9GB.*Take the limit out/,
    )
  })

  it('is found in a config file, too', () => {
    const text = (time: string) => `storage: { tsdb: { retention: { time: ${time} } } }\n`
    const { warnings } = step('prometheus', ['', ''], [text('30d'), text('7d')])
    assert.match(warnings[0] ?? '', /keeps 30d and will keep 7d/)
  })

  it('is none if it keeps as long or longer, at a first installation, and of what is not known', () => {
    const longer = step('victoriametrics', ['--retentionPeriod=30d', '--retentionPeriod=1y'])
    assert.deepEqual(longer.warnings, [])
    const flags = ['--retentionPeriod=30d --x=1', '--retentionPeriod=30d --x=2'] as const
    assert.deepEqual(step('victoriametrics', flags).warnings, [])
    const { firsts, unread } = step('victoriametrics', ['--retentionPeriod=365d', '--retentionPeriod=30d'])
    assert.deepEqual([firsts, unread], [[], []])
    const leaving = step('victoriametrics', ['--retentionPeriod=9d', '--retentionPeriod=8d'], ['', ''], {
      retired: true,
    })
    assert.deepEqual(leaving.warnings, [])
  })
})

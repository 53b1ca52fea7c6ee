import assert from 'node:assert/strict'
import { buildInstances } from '../../../roles/instances.ts'
import type { HostOutcome } from '../../../src/engine/api.ts'
import { unifiedDiff } from '../../../src/engine/diff/diff.ts'
import type { Change } from '../../../src/plan/model.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import { plain } from '../../../src/report/style.ts'
import { type PlanOptions, planText } from '../../../src/report/text/plan.ts'
import { readInventory } from '../../../src/site/read.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { root } from '../../architecture/sources.ts'
import { blank, hash } from '../../plan/host.ts'

const text = (hosts: readonly HostOutcome[], rest: Partial<PlanOptions> = {}) =>
  planText(hosts, [], { diff: 'short', style: plain, ...rest })
const linesOf = (hosts: readonly HostOutcome[], rest?: Partial<PlanOptions>) => text(hosts, rest).split('\n')

function host(name: string, component: string, changes: readonly Change[]): HostOutcome {
  return { host: name, cells: ['eu'], instances: [{ component, changes }], problems: [], status: 'differs' }
}

const program: Change = {
  ...{ resource: 'program:/usr/local/bin/node_exporter', action: 'update', reason: 'content differs' },
  ...{ from: '1.9.0', to: '1.11.1', effect: 'restart' },
}
const restart: Change = {
  resource: 'service:node_exporter.service',
  ...{ action: 'restart', reason: 'program:/usr/local/bin/node_exporter changes', effect: 'restart' },
}
const config = (lines: number): Change => {
  const path = '/etc/prometheus/prometheus.yml'
  const fresh = Array.from({ length: lines }, (_, index) => `b${index}: 3\n`)
  const diff = unifiedDiff(path, Buffer.from('a: 1\n'), `a: 2\n${fresh.join('')}`) ?? ''
  return { resource: `file:${path}`, action: 'update', reason: 'content differs', effect: 'reload', diff }
}

/** The plan of a site of which no host has anything. */
async function firstPlan(inventoryFile: string): Promise<readonly HostOutcome[]> {
  const { inventory } = await readInventory(inventoryFile)
  const instances = buildInstances(inventory, buildTopology(inventory), () => '3.5.0')
  return inventory.hosts.map(({ name }) => ({
    ...{ host: name, cells: ['eu'], problems: [], status: 'differs' as const },
    instances: instances
      .filter(one => one.host === name)
      .map(instance => {
        const { component, changes } = planInstance(instance, blank, hash)
        const files = new Map(
          instance.resources.flatMap(one => (one.kind === 'file' ? [[`file:${one.path}`, one]] : [])),
        )
        return {
          component,
          changes: changes.map(change => {
            const file = files.get(change.resource)
            const content = typeof file?.content === 'string' ? file.content : undefined
            const diff =
              file && content !== undefined ? unifiedDiff(file.path, undefined, content) : undefined
            return diff === undefined ? change : { ...change, diff }
          }),
        }
      }),
  }))
}

describe('report/plan', () => {
  it('says an upgrade by its versions, once for all hosts', () => {
    const hosts = ['app-01', 'app-02', 'app-03'].map(name => host(name, 'node_exporter', [program, restart]))
    assert.deepEqual(linesOf(hosts), [
      'Changes',
      '  upgrade  node_exporter 1.9.0 → 1.11.1  on app-[01:03]  restarts',
    ])
    assert.match(text([host('a', 'x', [{ ...program, from: '2.0.0' }])]), /downgrade {2}x 2\.0\.0 → 1\.11\.1/)
  })

  it('is not misled by a version that a host made up', () => {
    assert.match(text([host('a', 'x', [{ ...program, from: 'newest' }])]), /upgrade {2}x newest → 1\.11\.1/)
  })

  it('shows a difference that several hosts share once', () => {
    const hosts = ['mon-a', 'mon-b'].map(name => host(name, 'prometheus', [config(1)]))
    const lines = linesOf(hosts)
    assert.deepEqual(lines.slice(0, 4), [
      'Changes',
      '  change  prometheus  on mon-a, mon-b  reloads: prometheus.yml',
      '',
      '/etc/prometheus/prometheus.yml on mon-a, mon-b',
    ])
    assert.equal(lines.filter(line => line.includes('+a: 2')).length, 1)
  })

  it('says in which order things restart, and why', () => {
    const hosts = ['mon-a', 'mon-b'].map(name => host(name, 'prometheus', [restart]))
    const group = (name: string) => ({ component: 'prometheus', hosts: [name], leaves: false })
    const steps = [
      { groups: [group('mon-a')], after: [] },
      { groups: [group('mon-b')], after: [{ groups: [group('mon-a')], because: 'one replica must serve' }] },
    ]
    const told = planText(hosts, [{ cell: 'eu', steps }], { diff: 'none', style: plain }).split('\n')
    assert.deepEqual(told.slice(3), [
      'Restarts and reloads, in this order',
      '  1. restart prometheus on mon-a',
      '  2. restart prometheus on mon-b (one replica must serve)',
    ])
  })

  it('says what it leaves out, and how to see it', () => {
    const lines = linesOf([host('mon-a', 'prometheus', [config(200)])])
    assert.ok(lines.length < 60)
    assert.match(
      lines.at(-1) ?? '',
      /^\d+ more lines of differences in \/etc\/prometheus\/prometheus\.yml: see --diff=full$/,
    )
    assert.ok(linesOf([host('mon-a', 'prometheus', [config(200)])], { diff: 'full' }).length > 200)
  })

  for (const name of ['lab', 'two-regions', 'long-term', 'example'])
    it(`is at most a screen or two for the first plan of inventories/${name}.yml`, async () => {
      const hosts = await firstPlan(`${root}/inventories/${name}.yml`)
      const lines = linesOf(hosts)
      assert.ok(lines.length <= (hosts.length > 10 ? 78 : 58), String(lines.length))
      assert.ok(lines.length > 5)
      assert.ok(linesOf(hosts, { diff: 'full' }).length > lines.length)
    })

  it('is at most 78 lines for 50 hosts, whatever happens to each', () => {
    const hosts = Array.from({ length: 50 }, (_, index) => {
      const own = { ...config(5), diff: `--- a\n+++ b\n@@ -1 +1 @@\n-x: ${index}\n+x: ${index + 1}\n` }
      return host(`h${index}x`, `exporter_${index}`, [own, program, restart])
    })
    const lines = linesOf(hosts)
    assert.ok(lines.length <= 78, String(lines.length))
    assert.ok(
      lines.some(line => /^ {2}and 27 more changes: -v lists them$/.test(line)),
      lines.join('\n'),
    )
  })
})

/** vmselects that read both single nodes: by upstream's documentation, since their program cannot be built as a module. */
import assert from 'node:assert/strict'
import { buildInstances } from '../../../roles/instances.ts'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { stepsOf } from '../../../src/engine/order/steps.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { planOf } from '../../engine/plans.ts'
import { read } from '../../inventory/harness.ts'
import { storeSite } from './site.ts'

const words = '{ hosts: [vm-a, vm-b], select: [vm-a, vm-b], retention: 365d, read: { vip: 198.18.0.110/24 } }'

async function siteOf(said: string, version = '1.151.0') {
  const site = storeSite(said, 'global: { scrape_interval: 15s }')
  const { inventory, problems } = await read(site)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const topology = buildTopology(inventory)
  const [cell = assert.fail()] = topology.cells
  return { cell, instances: () => buildInstances(inventory, topology, () => version) }
}

function commandOf({ resources }: Instance): string {
  const [unit = ''] = resources.flatMap(one => (one.kind === 'unit' ? [String(one.content)] : []))
  return /^ExecStart=([\s\S]*?[^\\])$/m.exec(unit)?.[1]?.replaceAll(/ \\\n\s+/g, ' ') ?? ''
}

describe('vmselects of two single nodes', () => {
  it('read both, each of which has every sample, and undo duplicates by the scrape interval', async () => {
    const { instances } = await siteOf(words)
    const own = instances().filter(({ component }) => component === 'vmselect')
    const command =
      '/usr/local/bin/vmselect --storageNode=198.18.0.13:8401 --storageNode=198.18.0.14:8401 --replicationFactor=2 ' +
      '--dedup.minScrapeInterval=15000ms --cacheDataPath=/var/lib/vmselect --httpListenAddr=0.0.0.0:8481'
    assert.deepEqual(
      own.map(one => [one.host, commandOf(one)]),
      [
        ['vm-a', command],
        ['vm-b', command],
      ],
    )
  })

  it('are heard by the nodes at a port of which the firewall lets in only their hosts', async () => {
    const { cell, instances } = await siteOf(words.replace('select: [vm-a, vm-b]', 'select: [vm-a, vm-c]'))
    const [node = assert.fail()] = instances().filter(({ component }) => component === 'victoriametrics')
    assert.match(commandOf(node), / --vmselectAddr=0\.0\.0\.0:8401 /)
    assert.deepEqual(
      node.service.ports.map(({ port }) => port),
      [8428, 8401],
    )
    const rules = cell.firewallRules.flatMap(({ rules: all }) => all.filter(({ port }) => port === 8401))
    assert.ok(rules.length >= 1)
    for (const { from } of rules) assert.deepEqual([...from].sort(), ['198.18.0.13', '198.18.0.15'])
  })

  it('are what readers are led to, by the path of their tenant', async () => {
    const { cell, instances } = await siteOf(words)
    assert.deepEqual(
      cell.storeDatasources.map(({ name, url }) => [name, url]),
      [['VictoriaMetrics', 'http://198.18.0.110:8427/select/0/prometheus']],
    )
    const [proxy = assert.fail()] = instances().filter(({ component }) => component === 'haproxy')
    const config = proxy.resources.flatMap(one =>
      one.kind === 'file' && one.path.endsWith('haproxy.cfg') ? [String(one.content)] : [],
    )
    assert.match(config.join(), /server vm-a 198\.18\.0\.13:8481 /)
    assert.doesNotMatch(config.join(), /rollup_scrape_interval/)
    assert.match(config.join(), /acl reads path \/select\/0\/prometheus\/api\/v1\/query/)
  })

  it('are changed one by one, after the nodes', () => {
    const hosts = ['vm-a', 'vm-b']
    const names = ['victoriametrics', 'vmselect']
    const plans = names
      .toReversed()
      .flatMap(name => hosts.map(host => planOf(host, name, { action: 'restart' })))
    const steps = stepsOf(plans, { rank: ({ host }: Instance) => hosts.indexOf(host) })
    assert.deepEqual(
      steps.map(step => step.plans.map(({ component }) => component).join(' + ')),
      names.flatMap(name => hosts.map(() => name)),
    )
  })

  it('need nodes that answer them', async () => {
    const { instances } = await siteOf(words, '1.145.0')
    assert.throws(instances, (thrown: unknown) => {
      assert.ok(thrown instanceof ProblemError)
      assert.match(
        thrown.problems[0]?.summary ?? '',
        /^VictoriaMetrics 1\.145\.0 of cell "eu" cannot be read/,
      )
      return true
    })
  })

  it('are at least two', async () => {
    const { problems } = await read(storeSite(words.replace('select: [vm-a, vm-b]', 'select: [vm-a]')))
    assert.deepEqual(
      problems.map(({ summary }) => summary),
      ['storage.victoriametrics of cell "eu": expected two or more hosts under "select", saw 1'],
    )
  })
})

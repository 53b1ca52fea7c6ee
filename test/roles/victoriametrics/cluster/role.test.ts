import assert from 'node:assert/strict'
import { buildInstances } from '../../../../roles/instances.ts'
import { clusterComponents } from '../../../../roles/victoriametrics/cluster/components.ts'
import { stepsOf } from '../../../../src/engine/order/steps.ts'
import type { Instance } from '../../../../src/resource/model.ts'
import { buildTopology } from '../../../../src/topology/build.ts'
import { planOf } from '../../../engine/plans.ts'
import { read } from '../../../inventory/harness.ts'
import { cluster, clusterSite, three } from './site.ts'

async function siteOf(text: string) {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const topology = buildTopology(inventory)
  const [cell = assert.fail()] = topology.cells
  return { cell, problems, instances: buildInstances(inventory, topology, () => '1.151.0') }
}

function commandOf({ resources }: Instance): string {
  const [unit = ''] = resources.flatMap(one => (one.kind === 'unit' ? [String(one.content)] : []))
  return /^ExecStart=([\s\S]*?[^\\])$/m.exec(unit)?.[1]?.replaceAll(/ \\\n\s+/g, ' ') ?? ''
}

const plain = clusterSite(`{ ${cluster}, retention: 365d }`)
const readable = clusterSite(`{ ${cluster}, retention: 365d, read: { vip: 198.18.0.110/24 } }`)

describe('a VictoriaMetrics cluster', () => {
  it('has the same list of vmstorage everywhere, and one interval and number of copies', async () => {
    const { instances, problems } = await siteOf(plain)
    assert.deepEqual(problems, [])
    const commands = (component: string) => {
      const own = instances.filter(one => one.component === component)
      assert.deepEqual(
        own.map(({ host }) => host),
        ['s1', 's2', 's3'],
      )
      return [...new Set(own.map(commandOf))]
    }
    assert.deepEqual(commands('vmstorage'), [
      '/usr/local/bin/vmstorage --storageDataPath=/var/lib/vmstorage --retentionPeriod=365d ' +
        '--vminsertAddr=0.0.0.0:8400 --vmselectAddr=0.0.0.0:8401 --dedup.minScrapeInterval=15000ms ' +
        '--httpListenAddr=0.0.0.0:8482',
    ])
    const nodes = (port: number) => [21, 22, 23].map(end => `--storageNode=198.18.0.${end}:${port}`).join(' ')
    assert.deepEqual(commands('vminsert'), [
      `/usr/local/bin/vminsert ${nodes(8400)} --replicationFactor=2 --httpListenAddr=0.0.0.0:8480`,
    ])
    assert.deepEqual(commands('vmselect'), [
      `/usr/local/bin/vmselect ${nodes(8401)} --replicationFactor=2 --dedup.minScrapeInterval=15000ms ` +
        '--cacheDataPath=/var/lib/vmselect --httpListenAddr=0.0.0.0:8481',
    ])
  })

  it('is asked on each host whether it is there, and only the data of vmstorage is data', async () => {
    const { instances } = await siteOf(plain)
    const own = instances.filter(({ host }) => host === 's1').filter(one => /^vm/.test(one.component))
    assert.deepEqual(
      own.map(({ component, health, service, oneByOne, resources }) => [
        component,
        `${health.address}:${health.port}${health.readyPath}`,
        service.ports.map(({ port }) => port).join(),
        oneByOne,
        resources.flatMap(one => (one.kind === 'directory' && one.data ? [one.path] : [])).join(),
      ]),
      [
        ['vmstorage', '127.0.0.1:8482/health', '8482,8400,8401', true, '/var/lib/vmstorage'],
        ['vminsert', '127.0.0.1:8480/health', '8480', true, ''],
        ['vmselect', '127.0.0.1:8481/health', '8481', true, ''],
      ],
    )
  })

  it('takes words for each kind of program, and IPv6', async () => {
    const words = `storage: ${three}, insert: { hosts: ${three}, flags: { maxLabelsPerTimeseries: 60 }, listen: '[::]:8480' }`
    const text = clusterSite(`{ cluster: { ${words}, select: ${three} }, retention: 365d }`)
    const { instances } = await siteOf(text)
    const [insert = assert.fail()] = instances.filter(({ component }) => component === 'vminsert')
    assert.match(commandOf(insert), /--httpListenAddr=\[::\]:8480 --enableTCP6 --maxLabelsPerTimeseries=60$/)
  })

  it('is written to through the HAProxy of the replica’s own host, and read by one address at vmselect', async () => {
    const { cell } = await siteOf(readable)
    assert.deepEqual(
      cell.sinks.map(({ name, url, member }) => [name, url, member]),
      [['promha-victoriametrics', 'http://127.0.0.1:8429/insert/0/prometheus/api/v1/write', undefined]],
    )
    const frontends = cell.proxies.map(({ host, frontends }) => [
      host,
      ...frontends.map(({ name, listen, balance, servers, checkPath }) => {
        const to = servers.map(server => `${server.host}:${server.port}`).join(' ')
        return `${name} ${listen.address}:${listen.port} ${balance} ${checkPath} ${to}`
      }),
    ])
    const lead = 'victoriametrics 198.18.0.110:8427 sticky /health s1:8481 s2:8481 s3:8481'
    const relay = 'victoriametrics-write 127.0.0.1:8429 turns /health s1:8480 s2:8480 s3:8480'
    assert.deepEqual(frontends, [
      ...['s1', 's2', 's3'].map(host => [host, lead]),
      ...['mon-a', 'mon-b'].map(host => [host, relay]),
    ])
    assert.deepEqual(
      cell.storeDatasources.map(({ url }) => url),
      ['http://198.18.0.110:8427/select/0/prometheus'],
    )
  })

  it('has all its ports closed to all but its writers, its own hosts and its HAProxies', async () => {
    const { cell } = await siteOf(plain)
    const rules = cell.firewallRules.find(({ host }) => host === 's2')?.rules ?? []
    assert.deepEqual(rules.map(({ port }) => port).sort(), [8400, 8401, 8480, 8481, 8482])
    const from = [11, 12, 21, 22, 23].map(end => `198.18.0.${end}`)
    for (const rule of rules) assert.deepEqual(rule.from, from)
  })

  it('is changed vmstorage by vmstorage, then vminsert, then vmselect, before what writes to it', async () => {
    const names = clusterComponents.map(({ name }) => name)
    const hosts = ['s1', 's2', 's3']
    const plans = [
      planOf('mon-a', 'prometheus', { action: 'restart' }),
      ...names.toReversed().flatMap(name => hosts.map(host => planOf(host, name, { action: 'restart' }))),
    ]
    const rank = ({ host }: Instance) => hosts.indexOf(host)
    const steps = stepsOf(plans, { rank }).map(step => step.plans.map(one => one.component).join())
    assert.deepEqual(
      steps.filter(step => step !== 'prometheus'),
      names.flatMap(name => hosts.map(() => name)),
    )
    assert.ok(steps.indexOf('prometheus') > steps.lastIndexOf('vminsert'), steps.join(' '))
  })

  it('is one release, of which each host has the programs that it runs', async () => {
    const programs = ['vminsert', 'vmselect', 'vmstorage']
    for (const { release, releaseName } of clusterComponents) {
      assert.equal(releaseName, 'victoriametrics_cluster')
      const { archive, checksums, members, architectures } = release?.upstream ?? assert.fail()
      assert.equal(archive, 'victoria-metrics-linux-$ARCH-v$V-cluster.tar.gz')
      assert.equal(checksums, 'victoria-metrics-linux-$ARCH-v$V-cluster_checksums.txt')
      assert.deepEqual(
        members,
        programs.map(name => ({ member: `${name}-prod`, path: `/usr/local/bin/${name}`, mode: 0o755 })),
      )
      assert.deepEqual(architectures, { armv7: null })
    }
    const { instances } = await siteOf(plain)
    for (const { component, resources } of instances.filter(one => programs.includes(one.component)))
      assert.deepEqual(
        resources.flatMap(one => (one.kind === 'program' ? [`${one.component} ${one.path}`] : [])),
        [`victoriametrics_cluster /usr/local/bin/${component}`],
      )
  })
})

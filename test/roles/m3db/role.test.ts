import assert from 'node:assert/strict'
import { parse } from 'yaml'
import { buildInstances } from '../../../roles/instances.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { read } from '../../inventory/harness.ts'
import { m3dbSite } from './site.ts'

async function instancesOf(component: string, text = m3dbSite()): Promise<readonly Instance[]> {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const all = buildInstances(inventory, buildTopology(inventory), () => '1.5.0')
  return all.filter(one => one.component === component)
}

function textOf({ resources }: Instance, path: string): string {
  const file = resources.find(one => one.kind === 'file' && one.path === path)
  return file?.kind === 'file' && typeof file.content === 'string' ? file.content : assert.fail(path)
}

function unitOf({ resources }: Instance): string {
  const unit = resources.find(({ kind }) => kind === 'unit')
  return unit?.kind === 'unit' && typeof unit.content === 'string' ? unit.content : assert.fail()
}

describe('a node of M3DB', () => {
  it('knows itself and every member of etcd, and opens to others no more than they need', async () => {
    const all = await instancesOf('m3db')
    assert.deepEqual(
      all.map(({ host, oneByOne, health }) => [host, oneByOne, health.port, health.readyPath]),
      ['m1', 'm2', 'm3'].map(host => [host, true, 7201, '/health']),
    )
    const [, second] = all
    assert.ok(second)
    const { coordinator, db } = parse(textOf(second, '/etc/m3db/m3dbnode.yml'))
    assert.deepEqual(db.hostID, { resolver: 'config', value: 'm2' })
    assert.equal(db.listenAddress, '198.18.0.14:9000')
    assert.deepEqual(
      db.discovery.m3dbCluster.endpoints,
      [13, 14, 15].map(end => `198.18.0.${end}:2379`),
    )
    assert.deepEqual(coordinator.downsample.bufferPastLimits, [{ resolution: '0s', bufferPast: '60s' }])
    assert.equal(coordinator.listenAddress, '0.0.0.0:7201')
    for (const key of [
      'clusterListenAddress',
      'httpNodeListenAddress',
      'httpClusterListenAddress',
      'debugListenAddress',
    ])
      assert.match(db[key], /^127\.0\.0\.1:/)
    assert.match(db.metrics.prometheus.listenAddress, /^127\.0\.0\.1:/)
    assert.deepEqual(
      second.service.ports.map(({ port, addresses }) => [port, addresses]),
      [
        [7201, undefined],
        [7203, ['198.18.0.14']],
        [9000, ['198.18.0.14']],
        ...[7204, 9001, 9002, 9003, 9004].map(port => [port, ['127.0.0.1']]),
      ],
    )
    assert.match(unitOf(second), /^LimitNOFILE=1048576$/m)
    assert.deepEqual(second.checks[0]?.args, ['-f', 'm3dbnode.yml', '-d'])
  })

  it('changes where it would have to be founded otherwise, so that this is tried', async () => {
    const text = async (words?: string, interval?: string) => {
      const [one] = await instancesOf('m3db', m3dbSite(words, interval))
      return textOf(one ?? assert.fail(), '/etc/m3db/m3dbnode.yml')
    }
    const usual = await text()
    assert.match(usual, /Founded for these nodes: m1, m2, m3\. One sample every 15 s, for 8760 hours\./)
    const etcd = 'etcd: [m1, m2, m3]'
    assert.notEqual(await text(`{ hosts: [m1, m2, m4], ${etcd} }`), usual)
    assert.notEqual(await text(`{ hosts: [m1, m2, m3], ${etcd}, retention: 30d }`), usual)
    assert.notEqual(await text(undefined, '30s'), usual)
  })
})

describe('a member of etcd', () => {
  it('knows all members, and has its own name and addresses', async () => {
    const all = await instancesOf('m3db_etcd')
    assert.equal(all.length, 3)
    const [one] = all
    assert.ok(one)
    const unit = unitOf(one)
    for (const flag of [
      '--name=m1',
      '--listen-client-urls=http://198.18.0.13:2379',
      '--listen-peer-urls=http://198.18.0.13:2380',
      '--listen-metrics-urls=http://0.0.0.0:2381',
      '--initial-cluster=m1=http://198.18.0.13:2380,m2=http://198.18.0.14:2380,m3=http://198.18.0.15:2380',
      '--initial-cluster-state=new',
    ])
      assert.ok(unit.includes(flag), `${flag}\n${unit}`)
    assert.deepEqual([one.health.port, one.health.readyPath], [2381, '/metrics'])
    const data = one.resources.find(({ kind, ...rest }) => kind === 'directory' && 'data' in rest)
    assert.equal(data?.kind === 'directory' && data.mode, 0o700)
    const program = one.resources.find(({ kind }) => kind === 'program')
    assert.deepEqual(program?.kind === 'program' && [program.path, program.from], [
      '/usr/local/bin/m3db_etcd',
      '/usr/local/bin/etcd',
    ])
  })

  it('judges its flags one by one before it has them', async () => {
    const words = '{ hosts: [m1, m2, m3], etcd: { hosts: [m1, m2, m3], flags: { max-txn-ops: 9 } } }'
    const [one] = await instancesOf('m3db_etcd', m3dbSite(words))
    const [flags] = one?.checks ?? []
    assert.ok(flags?.args.includes('--initial-cluster-state=promha'))
    assert.ok(!flags?.args.includes('--initial-cluster-state=new'))
    assert.deepEqual(
      flags?.flags?.each.map(({ args }) => args),
      [['--max-txn-ops=9', '--initial-cluster-state=promha']],
    )
  })
})

import assert from 'node:assert/strict'
import { parse } from 'yaml'
import { buildInstances } from '../../../roles/instances.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { read } from '../../inventory/harness.ts'
import { rest, ringSite, threeHosts } from './site.ts'

async function instancesOf(text: string, component: string): Promise<readonly Instance[]> {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const all = buildInstances(inventory, buildTopology(inventory), () => '1.21.1')
  return all.filter(one => one.component === component)
}

function fileOf({ resources }: Instance, path: string) {
  return resources.find(one => one.kind === 'file' && one.path === path) ?? assert.fail(path)
}

function textOf(one: Instance, path: string): string {
  const file = fileOf(one, path)
  return file.kind === 'file' && typeof file.content === 'string' ? file.content : assert.fail(path)
}

function unitOf({ resources }: Instance): string {
  const unit = resources.find(({ kind }) => kind === 'unit')
  return unit?.kind === 'unit' && typeof unit.content === 'string' ? unit.content : assert.fail()
}

describe('a member of a ring', () => {
  it('knows itself, the others and the labels of the replicas', async () => {
    const site = ringSite(`{ hosts: [c1, c2, c3], ha: { failover: 20s }, ${rest} }`, {
      prometheus: ['replica_label: of_pair'],
    })
    const all = await instancesOf(site, 'cortex')
    assert.deepEqual(
      all.map(({ host, oneByOne, health }) => [host, oneByOne, health.port, health.readyPath]),
      ['c1', 'c2', 'c3'].map(host => [host, true, 9009, '/ready']),
    )
    const [config] = all.map(one => parse(textOf(one, '/etc/cortex/cortex.yml')))
    assert.equal(config.ingester.lifecycler.id, 'c1')
    assert.equal(config.ingester.lifecycler.address, '198.18.0.13')
    assert.equal(config.ingester.lifecycler.ring.replication_factor, 3)
    assert.deepEqual(
      config.memberlist.join_members,
      [13, 14, 15].map(end => `198.18.0.${end}:7946`),
    )
    // With either of them left out, all members are one, or every query hangs.
    for (const ring of [
      config.distributor.ring,
      config.store_gateway.sharding_ring,
      config.compactor.sharding_ring,
    ]) {
      assert.deepEqual([ring.instance_id, ring.instance_addr], ['c1', '198.18.0.13'])
    }
    assert.equal(config.frontend_worker.frontend_address, '198.18.0.13:9095')
    assert.equal(config.distributor.ha_tracker.ha_tracker_failover_timeout, '20s')
    assert.deepEqual(
      [config.limits.ha_cluster_label, config.limits.ha_replica_label, config.limits.accept_ha_samples],
      ['cell', 'of_pair', true],
    )
    assert.equal(config.limits.compactor_blocks_retention_period, '365d')
    assert.doesNotMatch(config.target, /\ball\b/)
    assert.equal(config.blocks_storage.s3.secret_access_key, 's')
  })

  it('has its config, which holds keys, to itself', async () => {
    const [one] = await instancesOf(ringSite(threeHosts), 'cortex')
    assert.ok(one)
    const {
      kind: _,
      content: __,
      ...file
    } = fileOf(one, '/etc/cortex/cortex.yml') as never as Record<string, unknown>
    assert.deepEqual(file, {
      path: '/etc/cortex/cortex.yml',
      owner: 'root',
      group: 'cortex',
      mode: 0o640,
      effect: 'restart',
    })
    assert.match(unitOf(one), /^User=cortex$/m)
    // systemd takes the last one, and the hardening of all units has one, too.
    assert.equal([...unitOf(one).matchAll(/^LimitNOFILE=(.*)$/gm)].at(-1)?.[1], '1048576')
  })

  it('judges its config and its flags before either is used', async () => {
    const [one] = await instancesOf(
      ringSite(`{ hosts: [c1, c2, c3], ${rest}, flags: { distributor.ingestion-rate-limit: 1e6 } }`),
      'cortex',
    )
    const [config, flags] = one?.checks ?? []
    assert.deepEqual(config?.args, ['--config.file=cortex.yml', '--modules'])
    // It ends with 0 when it refuses a flag, so what it says counts.
    assert.deepEqual(flags?.flags?.accepted, ['are included in target All'])
    assert.ok(flags?.args.includes('--distributor.ingestion-rate-limit=1e6'))
    assert.deepEqual(
      flags?.flags?.each.map(({ args }) => args),
      [['--distributor.ingestion-rate-limit=1e6', '--config.file=cortex.yml', '--modules']],
    )
  })

  it('is of Mimir in the form of its own reference', async () => {
    const [one] = await instancesOf(ringSite(threeHosts, { store: 'mimir' }), 'mimir')
    assert.ok(one)
    const config = parse(textOf(one, '/etc/mimir/mimir.yml'))
    assert.equal(config.multitenancy_enabled, false)
    assert.deepEqual([config.ingester.ring.instance_id, config.ingester.ring.replication_factor], ['c1', 3])
    // There the times of the tracker are limits, and a member is heard of every 15 s unless it is told.
    assert.equal(config.limits.ha_tracker_failover_timeout, '15s')
    assert.equal(config.ingester.ring.heartbeat_period, '5s')
    assert.equal(config.server.http_listen_port, 8080)
    assert.equal(config.distributor.ha_tracker.kvstore.store, 'memberlist')
  })
})

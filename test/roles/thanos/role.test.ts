import assert from 'node:assert/strict'
import { buildInstances } from '../../../roles/instances.ts'
import { layoutsOf } from '../../../roles/storage/stores.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { read } from '../../inventory/harness.ts'
import { thanosSite, twoQueries } from './site.ts'

const bucketed =
  '{ query: [mon-a, st-a], store: [st-a, st-b], compactor: { host: st-a, retention: { raw: 60d } }, objstore: { type: S3, config: ' +
  '{ bucket: b, endpoint: s3.example.net, access_key: key, secret_key: not-to-be-seen } } }'

async function inventoryOf(text: string): Promise<Inventory> {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  return inventory
}

async function instancesOf(text: string, component: string): Promise<readonly Instance[]> {
  const inventory = await inventoryOf(text)
  const all = buildInstances(inventory, buildTopology(inventory), name =>
    name === 'thanos' ? '0.42.4' : '3.5.3',
  )
  return all.filter(one => one.component === component)
}

function unitOf({ resources }: Instance): string {
  return resources.flatMap(one => (one.kind === 'unit' ? [String(one.content)] : [])).join()
}

function commandOf(instance: Instance): string {
  return /^ExecStart=([\s\S]*?[^\\])$/m.exec(unitOf(instance))?.[1]?.replaceAll(/ \\\n\s+/g, ' ') ?? ''
}

describe('Thanos', () => {
  it('has a sidecar beside each replica, as its user, that writes nowhere', async () => {
    const all = await instancesOf(thanosSite(twoQueries, 'listen: 127.0.0.1:9999'), 'thanos_sidecar')
    const command =
      '/usr/local/bin/thanos_sidecar sidecar --http-address=0.0.0.0:10902 --grpc-address=0.0.0.0:10901 ' +
      '--tsdb.path=/var/lib/prometheus --prometheus.url=http://127.0.0.1:9999 --prometheus.get_config_interval=5s'
    assert.deepEqual(
      all.map(one => [one.host, one.oneByOne, one.health.port, one.health.readyPath, commandOf(one)]),
      [
        ['mon-a', true, 10902, '/-/ready', command],
        ['mon-b', true, 10902, '/-/ready', command],
      ],
    )
    for (const one of all) {
      assert.match(unitOf(one), /^User=prometheus\nGroup=prometheus$/m)
      assert.doesNotMatch(unitOf(one), /ReadWritePaths/)
    }
  })

  it('has one release, and a program of its own for each component', async () => {
    for (const component of ['thanos_sidecar', 'thanos_query']) {
      const [one] = await instancesOf(thanosSite(twoQueries), component)
      assert.deepEqual(
        one?.resources.filter(({ kind }) => kind === 'program'),
        [
          {
            ...{ kind: 'program', component: 'thanos', version: '0.42.4', mode: 0o755, effect: 'restart' },
            ...{ path: `/usr/local/bin/${component}`, from: '/usr/local/bin/thanos' },
          },
        ],
      )
    }
  })

  it('asks every sidecar, of which it is told by a file that needs no restart', async () => {
    const site = thanosSite(twoQueries, 'replica_label: replica')
    const [one] = await instancesOf(site, 'thanos_query')
    assert.ok(one)
    assert.match(commandOf(one), /--query\.replica-label=replica /)
    const file = one.resources.find(resource => resource.kind === 'file')
    assert.ok(file?.kind === 'file')
    assert.equal(file.effect, 'none')
    assert.equal(
      String(file.content).replace(/^#.*\n/, ''),
      'endpoints:\n  - address: 198.18.0.11:10901\n  - address: 198.18.0.12:10901\n',
    )
  })

  it('changes no flag of Prometheus, and writes no entry of remote_write', async () => {
    const [replica] = await instancesOf(thanosSite(twoQueries), 'prometheus')
    assert.ok(replica)
    assert.doesNotMatch(commandOf(replica), /storage\.(tsdb\.(min|max|delay)|remote)/)
    const config = replica.resources.find(one => one.kind === 'file' && one.path.endsWith('/prometheus.yml'))
    assert.doesNotMatch(String(config?.kind === 'file' && config.content), /remote_write/)
  })

  it('has Prometheus keep blocks until they are uploaded, as its version takes it', async () => {
    const flagsOf = async (prometheus: string, words = bucketed) => {
      const inventory = await inventoryOf(thanosSite(words, 'data_dir: /data/prometheus'))
      const versions = (name: string) => (name === 'thanos' ? '0.42.4' : prometheus)
      const all = buildInstances(inventory, buildTopology(inventory), versions)
      const one = all.find(({ component }) => component === 'prometheus') ?? assert.fail()
      return commandOf(one)
        .split(' ')
        .filter(word => /block-duration|delay-compact/.test(word))
    }
    const delayed = ['--storage.tsdb.delay-compact-file.path=/data/prometheus/thanos.shipper.json']
    const never = ['--storage.tsdb.min-block-duration=2h', '--storage.tsdb.max-block-duration=2h']
    assert.deepEqual(await flagsOf('3.9.0'), delayed)
    assert.deepEqual(await flagsOf('3.16.0'), delayed)
    assert.deepEqual(await flagsOf('4.0.1'), delayed)
    assert.deepEqual(await flagsOf('3.8.1'), never)
    assert.deepEqual(await flagsOf('3.5.3+ds1'), never)
    assert.deepEqual(await flagsOf('3.16.0', twoQueries), [])
  })

  it('gives each that needs it the bucket, which only it may read and nobody is shown', async () => {
    for (const [component, group, writes] of [
      ['thanos_sidecar', 'prometheus', '/var/lib/prometheus'],
      ['thanos_store', 'thanos', '/var/lib/thanos_store'],
      ['thanos_compactor', 'thanos', '/var/lib/thanos_compactor'],
    ] as const) {
      const [one] = await instancesOf(thanosSite(bucketed), component)
      assert.ok(one, component)
      const path = `/etc/${component}/objstore.yml`
      const file = one.resources.find(resource => resource.kind === 'file' && resource.path === path)
      assert.ok(file?.kind === 'file', component)
      assert.deepEqual(
        [file.owner, file.group, file.mode, file.concealed, file.effect],
        ['root', group, 0o640, true, 'restart'],
      )
      assert.match(String(file.content), /secret_key: not-to-be-seen/)
      assert.doesNotMatch(unitOf(one), /not-to-be-seen/)
      assert.match(commandOf(one), new RegExp(`--objstore\\.config-file=${path}`))
      const allowed = [...unitOf(one).matchAll(/^ReadWritePaths=(.*)$/gm)].map(([, found]) => found)
      assert.deepEqual(allowed, [writes])
    }
    const [query] = await instancesOf(thanosSite(bucketed), 'thanos_query')
    assert.ok(query && !query.resources.some(one => 'path' in one && one.path.endsWith('objstore.yml')))
    const asked = query.resources.find(one => one.kind === 'file')
    assert.match(
      String(asked?.kind === 'file' && asked.content),
      /198\.18\.0\.13:10905\n.*198\.18\.0\.14:10905/,
    )
  })

  it('has one compactor, which is killed if it does not stop, with a time for each resolution', async () => {
    const all = await instancesOf(thanosSite(bucketed), 'thanos_compactor')
    assert.deepEqual(
      all.map(({ host, oneByOne }) => [host, oneByOne]),
      [['st-a', true]],
    )
    const [one = assert.fail()] = all
    assert.match(unitOf(one), /^TimeoutStopSec=1min\nSendSIGKILL=true\nKillMode=control-group$/m)
    assert.match(
      commandOf(one),
      /compact .* --wait --retention\.resolution-raw=60d --retention\.resolution-5m=0d --retention\.resolution-1h=0d /,
    )
  })

  it('has a replica serve for nine intervals before the other one is changed', async () => {
    const [cell] = buildTopology(await inventoryOf(thanosSite('{ query: [st-a, st-b] }'))).cells
    assert.equal(cell?.handover, 9 * 60_000)
  })

  it('lets only the queries reach the gRPC ports', async () => {
    const [cell] = buildTopology(await inventoryOf(thanosSite('{ query: [st-a, st-b] }'))).cells
    const rules = cell?.firewallRules.flatMap(({ host, rules: own }) =>
      own.map(({ port, from }) => `${host} ${port} ${from.join(' ')}`),
    )
    const all = '198.18.0.11 198.18.0.12 198.18.0.13 198.18.0.14'
    assert.deepEqual(rules?.sort(), [
      'mon-a 10901 198.18.0.13 198.18.0.14',
      `mon-a 10902 ${all}`,
      'mon-b 10901 198.18.0.13 198.18.0.14',
      `mon-b 10902 ${all}`,
      `st-a 10903 ${all}`,
      'st-a 10904 198.18.0.13 198.18.0.14',
      `st-b 10903 ${all}`,
      'st-b 10904 198.18.0.13 198.18.0.14',
    ])
  })

  it('is a Thanos to Grafana, at its address or at each query', async () => {
    const urls = async (words: string) => {
      const inventory = await inventoryOf(thanosSite(words))
      const [cell] = buildTopology(inventory).cells
      const members = (component: string) =>
        (cell?.stores ?? []).flatMap(one => (one.component === component ? one.members : []))
      const [layout] = layoutsOf(inventory.cells[0]?.storage)
      return (layout?.datasources?.(members) ?? []).map(({ name, url, jsonData }) => {
        assert.equal(jsonData.prometheusType, 'Thanos')
        return `${name} ${url}`
      })
    }
    assert.deepEqual(await urls(twoQueries), [
      'Thanos mon-a http://198.18.0.11:10903',
      'Thanos st-a http://198.18.0.13:10903',
    ])
    assert.deepEqual(await urls('{ query: [st-a, st-b], read: { vip: 198.18.0.110/24 } }'), [
      'Thanos http://198.18.0.110:10913',
    ])
  })
})

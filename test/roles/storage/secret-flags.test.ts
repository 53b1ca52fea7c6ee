import assert from 'node:assert/strict'
import { read } from '../../inventory/harness.ts'
import { bucket, rest, ringSite } from '../ring/site.ts'
import { thanosSite } from '../thanos/site.ts'
import { clusterSite, three } from '../victoriametrics/cluster/site.ts'
import { storeSite } from '../victoriametrics/site.ts'

type Site = (flags: string) => string

const nodes: Site = flags => storeSite(`{ hosts: [vm-a, vm-b], retention: 365d, flags: { ${flags} } }`)
const onOneNode: Site = flags =>
  storeSite(`{ hosts: [vm-a, vm-b], retention: 365d, per_host: { vm-a: { flags: { ${flags} } } } }`)
const part =
  (kind: string): Site =>
  flags => {
    const parts = ['storage', 'insert', 'select'].map(one =>
      one === kind ? `${one}: { hosts: ${three}, flags: { ${flags} } }` : `${one}: ${three}`,
    )
    return clusterSite(`{ cluster: { ${parts.join(', ')} }, retention: 365d }`)
  }
const thanos =
  (kind: string): Site =>
  flags => {
    const hosts: Readonly<Record<string, string>> = {
      query: 'hosts: [mon-a, mon-b], ',
      store: 'hosts: [st-a, st-b], ',
      compactor: 'host: st-a, ',
    }
    const words = ['query', 'store', 'compactor', 'sidecar'].map(
      one => `${one}: { ${hosts[one] ?? ''}${one === kind ? `flags: { ${flags} }` : 'files: {}'} }`,
    )
    return thanosSite(`{ ${words.join(', ')}, ${bucket.replace(/, access_key.*?secret_key: s/, '')} }`)
  }
const ring =
  (store: string): Site =>
  flags =>
    ringSite(`{ hosts: [c1, c2, c3], ${rest}, flags: { ${flags} } }`, { store })

async function errorsOf(text: string): Promise<readonly string[]> {
  const { problems } = await read(text)
  return problems.filter(({ severity }) => severity === 'error').map(({ summary }) => summary)
}

/** What is refused of each, and what is taken. */
const told: readonly (readonly [string, Site, readonly string[], readonly string[]])[] = [
  [
    'a single VictoriaMetrics',
    nodes,
    [
      ...['deleteAuthKey', 'snapshotAuthKey', 'forceMergeAuthKey', 'search.resetCacheAuthKey', 'license'],
      'pushmetrics.header',
    ],
    [
      ...['file:///etc/victoriametrics/key', '"%{DELETE_KEY}"', '""'].map(one => `deleteAuthKey: ${one}`),
      'pushmetrics.header: "Authorization: Basic %{KEY}"',
      'pushmetrics.url: "https://%{USER}:%{PASSWORD}@push.example.net/"',
      'search.maxSeries: 1000',
    ],
  ],
  ['one node of two', onOneNode, ['deleteAuthKey', 'reloadAuthKey'], []],
  ['vmstorage', part('storage'), ['snapshotAuthKey', 'forceFlushAuthKey'], []],
  ['vminsert', part('insert'), ['flagsAuthKey', 'configAuthKey'], []],
  ['vmselect', part('select'), ['deleteAuthKey', 'pprofAuthKey'], ['deleteAuthKey: "%{DELETE_KEY}"']],
  ...['cortex', 'mimir'].map(
    store =>
      [
        store,
        ring(store),
        [
          ...['ruler-storage.s3.secret-access-key', 'alertmanager-storage.azure.account-key'],
          ...[
            'frontend.redis.password',
            'etcd.password',
            'consul.acl-token',
            'runtime-config.gcs.service-account',
          ],
          ...[
            'runtime-config.azure.connection-string',
            'distributor.sign-write-requests-keys',
            'vault.token',
          ],
          'runtime-config.swift.application-credential-secret',
        ],
        [
          'distributor.ingestion-rate-limit: 100000',
          'ingester.num-tokens: 64',
          'consul.tls-key-path: /etc/key',
        ],
      ] as const,
  ),
]

const password = '"https://reader:s3cret@x.example.net/"'

describe('flags of stores that hold a secret', () => {
  for (const [what, site, refused, taken] of told)
    it(`are refused of ${what}`, async () => {
      for (const flag of refused)
        for (const value of ['s3cret', '12345678']) {
          const [first = '', ...more] = await errorsOf(site(`${flag}: ${value}`))
          assert.ok(first.includes(`the flag "${flag}" of storage.`), `${flag}: ${first}`)
          assert.match(first, /shows a secret in the command line$/)
          assert.deepEqual(more, [], flag)
        }
      for (const flag of taken) assert.deepEqual(await errorsOf(site(flag)), [], flag)
    })

  it('are told with a way that keeps the secret', async () => {
    const { problems } = await read(nodes('deleteAuthKey: s3cret'))
    assert.match(problems[0]?.remedy ?? '', /^Put the secret into "environment: .* "%\{NAME\}"/)
  })

  it('are told once where promha sets the flag', async () => {
    const errors = await errorsOf(nodes('httpAuth.password: s3cret'))
    assert.equal(errors.length, 1)
    assert.match(errors[0] ?? '', /set by promha$/)
  })

  for (const [what, site, flag] of [
    ['VictoriaMetrics', nodes, 'pushmetrics.url'],
    ['Thanos query', thanos('query'), 'alert.query-url'],
    ['Cortex', ring('cortex'), 'ruler.alertmanager-url'],
  ] as const)
    it(`are addresses with a password, too: ${what}`, async () => {
      const errors = await errorsOf(site(`${flag}: ${password}`))
      assert.equal(errors.length, 1, errors.join('\n'))
      assert.match(errors[0] ?? '', /shows a secret in the command line$/)
      assert.deepEqual(await errorsOf(site(`${flag}: "https://x.example.net/"`)), [])
    })

  it('are the inline configs of Thanos', async () => {
    for (const [kind, flag] of [
      ['sidecar', 'prometheus.http-client'],
      ['sidecar', 'objstore.config'],
      ['store', 'objstore-parquet.config'],
      ['store', 'index-cache.config'],
      ['query', 'tracing.config'],
      ['query', 'endpoint.sd-config'],
      ['compactor', 'tracing.config'],
    ] as const) {
      const errors = await errorsOf(thanos(kind)(`${flag}: "{}"`))
      assert.equal(errors.length, 1, `${flag}: ${errors.join('\n')}`)
      assert.ok(errors[0]?.includes(`"${flag}"`), errors[0])
    }
  })
})

describe('flags of stores that open a port', () => {
  const further = ['graphiteListenAddr', 'influxListenAddr', 'opentsdbListenAddr', 'opentsdbHTTPListenAddr']
  for (const [what, site, flags] of [
    ['a single VictoriaMetrics', nodes, [...further, 'vmselectAddr', 'graphiteListenAddr.useProxyProtocol']],
    ['one node of two', onOneNode, further],
    ['vmstorage', part('storage'), ['vminsertAddr', 'vmselectAddr', 'httpListenAddr']],
    ['vminsert', part('insert'), [...further, 'clusternativeListenAddr']],
    ['vmselect', part('select'), ['clusternativeListenAddr', 'graphiteListenAddr']],
    ...(['sidecar', 'query', 'store'] as const).map(
      kind => [`Thanos ${kind}`, thanos(kind), ['http-address', 'grpc-address']] as const,
    ),
    ['Thanos compactor', thanos('compactor'), ['http-address']],
    ...(['cortex', 'mimir'] as const).map(
      store =>
        [
          store,
          ring(store),
          [
            'server.http-listen-port',
            'server.grpc-listen-port',
            'memberlist.bind-port',
            'target',
            'config.file',
          ],
        ] as const,
    ),
  ] as const)
    it(`are refused of ${what}`, async () => {
      for (const flag of flags) {
        const errors = await errorsOf(site(`${flag}: ":2003"`))
        assert.equal(errors.length, 1, `${flag}: ${errors.join('\n')}`)
        assert.ok(errors[0]?.startsWith(`the flag "${flag}" of storage.`), errors[0])
      }
    })

  it('are refused through the environment, too', async () => {
    for (const site of [nodes, part('storage'), part('insert'), part('select')])
      assert.equal((await errorsOf(site('envflag.enable: true'))).length, 1)
  })

  it('are told in time if they end the program', async () => {
    for (const store of ['cortex', 'mimir'])
      for (const flag of ['print.config', 'modules', 'help-all'])
        assert.equal((await errorsOf(ring(store)(`${flag}: true`))).length, 1, flag)
  })
})

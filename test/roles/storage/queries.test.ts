/** What the read address of each store passes on: judged by the lines of its HAProxy's config, as HAProxy reads them. */
import assert from 'node:assert/strict'
import { haproxyConfig } from '../../../roles/haproxy/role.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { read } from '../../inventory/harness.ts'
import { rest, ringSite } from '../ring/site.ts'
import { thanosSite } from '../thanos/site.ts'
import { cluster, clusterSite } from '../victoriametrics/cluster/site.ts'
import { readable, storeSite } from '../victoriametrics/site.ts'

const vip = 'read: { vip: 198.18.0.110/24 }'
const sites = {
  victoriametrics: storeSite(readable),
  cluster: clusterSite(`{ ${cluster}, retention: 365d, ${vip} }`),
  thanos: thanosSite(`{ query: [mon-a, st-a], ${vip} }`),
  cortex: ringSite(`{ hosts: [c1, c2, c3], ${rest}, ${vip} }`),
  mimir: ringSite(`{ hosts: [c1, c2, c3], ${rest}, ${vip} }`, { store: 'mimir' }),
}

/** The listener of the read address in the config of one of its HAProxies. */
async function listenerOf(text: string): Promise<string> {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const [cell = assert.fail()] = buildTopology(inventory).cells
  const isRead = (frontend: { readonly paths?: unknown }) => frontend.paths !== undefined
  const proxy = cell.proxies.find(({ frontends }) => frontends.some(isRead)) ?? assert.fail()
  const name = proxy.frontends.find(isRead)?.name
  const config = haproxyConfig(cell, proxy)
  const [listener = ''] = config.slice(config.indexOf(`\nlisten ${name}\n`) + 1).split('\n\n')
  return listener
}

type Fetch = (
  request: { readonly method: string; readonly path: string },
  words: readonly string[],
) => boolean

const fetches: Readonly<Record<string, Fetch>> = {
  method: ({ method }, words) => words.includes(method),
  path: ({ path }, words) => words.includes(path),
  path_beg: ({ path }, words) => words.some(word => path.startsWith(word)),
  'path,url_dec -m sub': ({ path }, words) => words.some(word => decodeURIComponent(path).includes(word)),
}

/** The status with which a listener refuses a request; undefined if it passes it on. `acl` of one name are or-ed. */
function refusal(listener: string, method: string, path: string): number | undefined {
  const isTrue = (said: string): boolean => {
    const fetch = Object.keys(fetches).findLast(name => said.startsWith(`${name} `)) ?? assert.fail(said)
    return fetches[fetch]?.({ method, path }, said.slice(fetch.length + 1).split(' ')) ?? false
  }
  const acls = [...listener.matchAll(/^ {4}acl (\S+) (.*)$/gm)]
  const holds = (term: string): boolean => {
    if (term.startsWith('!')) return !holds(term.slice(1))
    const [, anonymous] = /^\{ (.*) \}$/.exec(term) ?? []
    if (anonymous !== undefined) return isTrue(anonymous)
    return acls.some(([, name, said = '']) => name === term && isTrue(said))
  }
  const rules = [...listener.matchAll(/^ {4}http-request deny deny_status (\d+) (if|unless) (.*)$/gm)]
  assert.equal(rules.length, 2)
  const [, status] =
    rules.find(([, , kind, terms = '']) => terms.split(' || ').some(holds) === (kind === 'if')) ?? []
  return status === undefined ? undefined : Number(status)
}

const queries = [
  'query',
  'query_range',
  'series',
  'labels',
  'label/job/values',
  'metadata',
  'status/buildinfo',
]
const byGrafana = ['query_exemplars', 'rules', 'alerts']

/** Below which a store has Prometheus' API, and what it answers to readers besides. */
const open: Readonly<Record<keyof typeof sites, readonly [string, ...string[]]>> = {
  victoriametrics: [
    '',
    '/health',
    '/prometheus/api/v1/query',
    '/api/v1/export',
    '/vmui/',
    '/vmui/static/x.js',
  ],
  cluster: [
    '/select/0/prometheus',
    '/health',
    '/select/0/prometheus/api/v1/export/native',
    '/select/0/vmui/',
  ],
  thanos: ['', '/-/ready', '/', '/graph', '/static/js/x.js', '/api/v1/stores'],
  cortex: ['/prometheus', '/prometheus/api/v1/format_query'],
  mimir: ['/prometheus', '/prometheus/api/v1/status/tsdb'],
}

/** What writes, deletes, stops something, or tells of the program itself; of any store. */
const closed = [
  ...[
    '/api/v1/import',
    '/api/v1/import/prometheus',
    '/api/v1/write',
    '/write',
    '/influx/write',
    '/insert/0/x',
  ],
  ...['/api/v1/admin/tsdb/delete_series', '/prometheus/api/v1/admin/tsdb/delete_series', '/tags/delSeries'],
  ...['/delete/0/prometheus/api/v1/admin/tsdb/delete_series', '/select/1/prometheus/api/v1/query'],
  ...['/snapshot', '/snapshot/create', '/internal/force_flush', '/internal/resetRollupResultCache'],
  ...['/flags', '/metrics', '/debug/pprof/', '/config', '/-/reload', '/-/quit', '/api/v1/status/flags'],
  ...['/api/v1/push', '/api/prom/push', '/distributor/ring', '/ring', '/ingester/shutdown', '/shutdown'],
  ...[
    '/ingester/flush',
    '/flush',
    '/push',
    '/memberlist',
    '/api/v1/rules/a',
    '/multitenant_alertmanager/ring',
  ],
  ...['/prometheus/config/v1/rules', '/alertmanager/api/v2/silences', '/api/v1/user-overrides'],
]

/** Ways to write a path that a program could read as another one, which is not open. */
const tricks = (api: string) => [
  ...[`/${api}/api/v1/query`, `${api}/api//v1/query`, `${api}/api/v1/query/`, `${api}/API/v1/query`],
  ...[
    `${api}/api/v1/%71uery`,
    `${api}/api/v1/label/../import/values`,
    `${api}/api/v1/label/%2e./import/values`,
  ],
  ...[
    `${api}/api/v1/label/%2e%2e/import/values`,
    `${api}/api/v1/label//../values`,
    `${api}/vmui/../api/v1/import`,
  ],
  ...[
    `${api}/api/v1/import#/values`,
    `${api}/api/v1/label/..\\values`,
    `${api}/api/v1/label/..%2fimport/values`,
  ],
  ...[`${api}/api/v1/querying`, `/x${api}/api/v1/query`, '', '*'],
]

describe('the read address of a store', () => {
  for (const [store, site] of Object.entries(sites) as [keyof typeof sites, string][]) {
    it(`passes on what reads from ${store}, and no more`, async () => {
      const listener = await listenerOf(site)
      const [api, ...own] = open[store]
      for (const path of [...[...queries, ...byGrafana].map(one => `${api}/api/v1/${one}`), ...own])
        for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS'])
          assert.equal(refusal(listener, method, path), undefined, `${method} ${path}`)
      for (const path of [...closed, ...tricks(api)])
        for (const method of ['GET', 'POST'])
          assert.equal(refusal(listener, method, path), 403, `${method} ${path}`)
      // Cortex deletes series so.
      for (const method of ['DELETE', 'PUT', 'PATCH', 'TRACE'])
        assert.equal(refusal(listener, method, `${api}/api/v1/series`), 405, method)
      // HAProxy takes 64 words in a line.
      assert.ok(listener.split('\n').every(line => line.trim().split(' ').length < 60))
    })
  }

  it('is the only listener that refuses paths', async () => {
    const { inventory } = await read(sites.cortex)
    const [cell = assert.fail()] = buildTopology(inventory ?? assert.fail()).cells
    const relay = cell.proxies.find(({ host }) => host === 'mon-a') ?? assert.fail()
    assert.doesNotMatch(haproxyConfig(cell, relay), /deny_status 40/)
  })
})

import assert from 'node:assert/strict'
import { buildInstances } from '../../../roles/instances.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { read } from '../../inventory/harness.ts'
import { readable, storeSite, twoNodes } from './site.ts'

async function instancesOf(text: string, component: string): Promise<readonly Instance[]> {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const all = buildInstances(inventory, buildTopology(inventory), () => '1.151.0')
  return all.filter(one => one.component === component)
}

function commandOf({ resources }: Instance): string {
  const [unit = ''] = resources.flatMap(one => (one.kind === 'unit' ? [String(one.content)] : []))
  return /^ExecStart=([\s\S]*?[^\\])$/m.exec(unit)?.[1]?.replaceAll(/ \\\n\s+/g, ' ') ?? ''
}

function haproxyOf({ resources }: Instance): string {
  const [config = ''] = resources.flatMap(one =>
    one.kind === 'file' && one.path.endsWith('haproxy.cfg') ? [String(one.content)] : [],
  )
  return config
}

describe('VictoriaMetrics', () => {
  it('is the same on both nodes, and deduplicates by the scrape interval', async () => {
    const site = storeSite(twoNodes, 'global: { scrape_interval: 15s }')
    const all = await instancesOf(site, 'victoriametrics')
    assert.deepEqual(
      all.map(({ host, oneByOne, health }) => [host, oneByOne, health.port, health.readyPath]),
      [
        ['vm-a', true, 8428, '/health'],
        ['vm-b', true, 8428, '/health'],
      ],
    )
    const command =
      '/usr/local/bin/victoria-metrics --storageDataPath=/var/lib/victoriametrics --retentionPeriod=365d ' +
      '--httpListenAddr=0.0.0.0:8428 --dedup.minScrapeInterval=15000ms'
    assert.deepEqual(all.map(commandOf), [command, command])
  })

  it('listens on IPv6 only if it is told to', async () => {
    const words = twoNodes.replace(' }', ', listen: "[::]:8428", flags: { search.disableCache: true } }')
    const [one] = await instancesOf(storeSite(words), 'victoriametrics')
    assert.ok(one)
    assert.match(commandOf(one), /--httpListenAddr=\[::\]:8428 .*--enableTCP6 --search\.disableCache$/)
  })

  it('is only read at its address, by paths of which none writes or deletes', async () => {
    const [a = assert.fail()] = (await instancesOf(storeSite(readable), 'haproxy')).map(haproxyOf)
    const [, listen = ''] = a.split('listen victoriametrics\n')
    const [, exact = ''] = /acl reads path (.*)/.exec(listen) ?? []
    const [, below = ''] = /acl reads path_beg (.*)/.exec(listen) ?? []
    for (const path of ['/api/v1/query', '/prometheus/api/v1/query_range', '/api/v1/export', '/health'])
      assert.ok(exact.split(' ').includes(path), path)
    assert.equal(below, '/api/v1/label/ /prometheus/api/v1/label/ /vmui/')
    assert.doesNotMatch(`${exact} ${below}`, /import|write|admin|delete|snapshot|internal|flags|debug|reload/)
    // Both stand before what leads to one or the other backend, and so hold for both.
    const denied = ['unless { method GET HEAD POST OPTIONS }', 'if { path,url_dec -m sub .. } || !reads']
    for (const rule of denied) {
      const at = listen.indexOf(rule)
      assert.ok(at > 0 && at < listen.indexOf('use_backend'), rule)
    }
  })

  it('is read through HAProxies that prefer nodes without a hole, and use any that are up where none is', async () => {
    const site = storeSite(readable, 'global: { scrape_interval: 2s }')
    const [a, b] = (await instancesOf(site, 'haproxy')).map(haproxyOf)
    assert.ok(a && b)
    const [, uri = ''] = /http-check send meth GET uri '([^']*)'/.exec(a) ?? []
    assert.match(uri, /^[\w/?=&%.-]+$/)
    const selector = 'up{job="prometheus",cell=~"eu"}'
    const up = `${selector}[15m]`
    const now = `(max(rollup_scrape_interval(${up},"max")) < 5) and (max(time()-tlast_over_time(${up})) < 12)`
    assert.equal(new URL(uri, 'http://vm-a').searchParams.get('query'), now)
    assert.equal(new URL(uri, 'http://vm-a').searchParams.get('nocache'), '1')
    assert.match(a, /^ {4}http-check expect string '"result":\[\{'$/m)
    assert.match(a, /^ {4}use_backend victoriametrics-any unless \{ nbsrv\(victoriametrics\) ge 1 \}$/m)
    const anyOf = a.slice(a.indexOf('backend victoriametrics-any'))
    assert.match(anyOf, /option httpchk GET \/health/)
    for (const server of ['vm-a 198.18.0.13:8428', 'vm-b 198.18.0.14:8428'])
      assert.equal(a.split(`server ${server} check`).length, 3 + 5, server)
    assert.match(a, /path \/-\/ready\/victoriametrics \} \{ nbsrv\(victoriametrics-any\) ge 1 \}/)
    // Before these, nodes that had samples long ago, so that one that was replaced is not read for what it lacks.
    const chosen = [...a.matchAll(/^ {4}use_backend (\S+) (if|unless) \{ nbsrv\((\S+)\) ge 1 \}$/gm)]
    const old = ['180d', '90d', '30d', '7d', '1d'].map(age => `victoriametrics-${age}`)
    assert.deepEqual(
      chosen.map(([, to, word, of]) => `${to} ${word} ${of}`),
      [...old.map(name => `${name} if ${name}`), 'victoriametrics-any unless victoriametrics'],
    )
    for (const name of old) {
      const backend: string = a.slice(a.indexOf(`\nbackend ${name}\n`) + 1).split('\n\n')[0] ?? ''
      const request = /http-check send meth GET uri '([^']*)'/.exec(backend)?.[1] ?? ''
      const asked = new URL(request, 'http://vm-a').searchParams.get('query')
      assert.equal(asked, `${now} and count(last_over_time(${selector}[1h] offset ${name.split('-')[1]}))`)
      assert.equal(backend.split('server vm-').length, 3)
    }
  })

  it('is not asked for data that its retention is about to delete', async () => {
    const site = storeSite('{ hosts: [vm-a, vm-b], retention: 30d, read: { vip: 198.18.0.110/24 } }')
    const [config = ''] = (await instancesOf(site, 'haproxy')).map(haproxyOf)
    assert.deepEqual(
      [...config.matchAll(/^backend (\S+)$/gm)].map(([, name]) => name),
      ['victoriametrics-7d', 'victoriametrics-1d', 'victoriametrics-any'],
    )
  })
})

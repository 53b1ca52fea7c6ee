/** What a cell's Grafana becomes on its hosts. */
import assert from 'node:assert/strict'
import { parse } from 'yaml'
import { buildInstances } from '../../../roles/instances.ts'
import { type Instance, ofKind, resourceId } from '../../../src/resource/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { head, read } from '../../inventory/harness.ts'

const versions = (component: string) => (component === 'grafana' ? '13.0.1' : '3.13.2')

async function instances(cell: string, files: Readonly<Record<string, string>> = {}) {
  const { inventory, problems } = await read(`${head}cells:\n  eu:\n${cell}`, files)
  if (!inventory) return assert.fail(problems.map(({ summary }) => summary).join('\n'))
  const all = buildInstances(inventory, buildTopology(inventory), versions)
  const [a, b] = all.filter(({ component }) => component === 'grafana')
  return { all, a: a ?? assert.fail('no grafana on mon-a'), b }
}

const pair = `    prometheus: { replicas: { a: mon-a, b: mon-b }, global: { scrape_interval: 15s } }
    alertmanager: { hosts: [mon-a, mon-b], config: { route: { receiver: x }, receivers: [{ name: x }] } }
`
const both = '    grafana: { hosts: [mon-a, mon-b], vip: 198.18.0.111/24 }\n'
const at = ({ resources }: Instance, path: string) => {
  const file = ofKind(resources, 'file').find(one => one.path === `/etc/grafana/${path}`)
  return String(file?.content ?? assert.fail(`no ${path}`))
}
/** As Grafana reads it: the last of each counts. */
const ini = (instance: Instance) => {
  const found = new Map<string, string>()
  let section = ''
  for (const line of at(instance, 'grafana.ini').split('\n')) {
    section = /^\[(.*)\]$/.exec(line)?.[1] ?? section
    const [, key, value = ''] = /^(\w+) = ?(.*)$/.exec(line) ?? []
    if (key) found.set(`${section}.${key}`, value)
  }
  return found
}
const sources = (instance: Instance) =>
  (parse(at(instance, 'provisioning/datasources/promha.yml')).datasources as Record<string, unknown>[]).map(
    ({ name, type, url }) => [name, type, url],
  )

describe('Grafana on a host', () => {
  it('is the unpacked release, with all that it reads, and the same on each host but for its address', async () => {
    const { a, b } = await instances(pair + both)
    const ids = a.resources.map(resourceId)
    assert.deepEqual(ids.slice(0, 2), ['user:grafana', 'tree:/usr/local/share/grafana'])
    assert.deepEqual(b?.resources.map(resourceId), ids)
    assert.equal(ini(a).get('server.http_addr'), '198.18.0.11')
    const same = (one: Instance) => at(one, 'grafana.ini').replace(/^http_addr = .*$/m, '')
    assert.equal(b && same(b), same(a))
    assert.ok(ids.indexOf('file:/etc/grafana/grafana.ini') < ids.indexOf('unit:grafana.service'))
    assert.equal(ofKind(a.resources, 'file').find(({ path }) => path.endsWith('.ini'))?.concealed, true)
  })

  it('has no admin and lets everybody look, unless there is a password for one', async () => {
    const { a } = await instances(pair + both)
    const of = (found: ReadonlyMap<string, string>) =>
      ['security.disable_initial_admin_creation', 'auth.disable_login_form', 'auth.anonymous.enabled'].map(
        key => found.get(key),
      )
    assert.deepEqual(of(ini(a)), ['true', 'true', 'true'])
    assert.equal(ini(a).get('auth.anonymous.org_role'), 'Viewer')
    const { a: own } = await instances(pair + both.replace(' }', ', config: x.ini }'), {
      'x.ini':
        'enabled = x\n[security]\nadmin_password = x\n[analytics]\nreporting_enabled = true\n[unified_alerting]\nenabled = true\n',
    })
    assert.deepEqual(of(ini(own)), ['false', undefined, undefined])
    // What the user says above all sections is no setting of a section of promha's.
    assert.equal(ini(own).get('DEFAULT.enabled'), 'x')
    // What the user says counts more than what is usual.
    assert.deepEqual(
      ['analytics.reporting_enabled', 'unified_alerting.enabled', 'users.allow_sign_up'].map(key =>
        ini(own).get(key),
      ),
      ['true', 'true', 'false'],
    )
  })

  it('asks the first replica where no address leads to the pair, each replica, and each Alertmanager', async () => {
    const { a } = await instances(pair + both)
    assert.deepEqual(sources(a), [
      ['Prometheus', 'prometheus', 'http://198.18.0.11:9090'],
      ['Prometheus a', 'prometheus', 'http://198.18.0.11:9090'],
      ['Prometheus b', 'prometheus', 'http://198.18.0.12:9090'],
      ['Alertmanager mon-a', 'alertmanager', 'http://198.18.0.11:9093'],
      ['Alertmanager mon-b', 'alertmanager', 'http://198.18.0.12:9093'],
    ])
  })

  it('has a uid of its own for each data source, and a plain one where the name is plain', async () => {
    const names = pair.replace('b: mon-b }', 'A: mon-b }')
    const { a } = await instances(names + both)
    const all = parse(at(a, 'provisioning/datasources/promha.yml')).datasources as Record<string, string>[]
    const uids = new Map(all.map(({ name, uid }) => [name, uid]))
    assert.equal(new Set(uids.values()).size, 5)
    assert.equal(uids.get('Prometheus a'), 'promha-prometheus-a')
    assert.equal(uids.get('Alertmanager mon-a'), 'promha-alertmanager-mon-a')
    for (const uid of uids.values()) assert.match(uid ?? '', /^[a-z0-9-]{1,40}$/)
  })

  it('asks the pair by its address where there is one, and a store as that says', async () => {
    const address = '    loadbalancer: { hosts: [mon-a, mon-b], vip: 198.18.0.101/24, port: 9095 }\n'
    const store = (read: string) =>
      `    storage: { victoriametrics: { hosts: [mon-a, mon-b], retention: 365d${read} } }\n`
    const { a } = await instances(pair + address + store('') + both)
    assert.deepEqual(sources(a).slice(0, 1), [['Prometheus', 'prometheus', 'http://198.18.0.101:9095']])
    assert.deepEqual(sources(a).slice(3, 5), [
      ['VictoriaMetrics mon-a', 'prometheus', 'http://198.18.0.11:8428'],
      ['VictoriaMetrics mon-b', 'prometheus', 'http://198.18.0.12:8428'],
    ])
    const { a: read } = await instances(pair + store(', read: { vip: 198.18.0.110/24 }') + both)
    assert.deepEqual(sources(read).slice(3, 4), [
      ['VictoriaMetrics', 'prometheus', 'http://198.18.0.110:8427'],
    ])
    const all = parse(at(read, 'provisioning/datasources/promha.yml')).datasources as Record<
      string,
      unknown
    >[]
    assert.equal(new Set(all.map(({ uid }) => uid)).size, all.length)
    assert.deepEqual(
      all.flatMap(({ isDefault, name }) => (isDefault ? [name] : [])),
      ['Prometheus'],
    )
    assert.deepEqual(all.find(({ name }) => name === 'VictoriaMetrics')?.jsonData, {
      ...{ httpMethod: 'POST', manageAlerts: false, prometheusType: 'Prometheus' },
      ...{ prometheusVersion: '2.24.0', timeInterval: '15s' },
    })
    for (const one of all) assert.ok(!('secureJsonData' in one) && one.editable === false, String(one.name))
  })

  it('is read-only: its dashboards are files, those of the user apart from those of promha', async () => {
    const { a } = await instances(pair + both.replace(' }', ', dashboards: [shop.json] }'), {
      'shop.json': '{"title":"Shop"}',
    })
    assert.equal(at(a, 'dashboards/own/shop.json'), '{"title":"Shop"}')
    assert.ok(at(a, 'dashboards/promha/pair.json'))
    const { providers } = parse(at(a, 'provisioning/dashboards/promha.yml'))
    assert.deepEqual(
      providers.map((one: Record<string, unknown>) => [
        one.allowUiUpdates,
        (one.options as { path: string }).path,
      ]),
      [
        [false, '/etc/grafana/dashboards/promha'],
        [false, '/etc/grafana/dashboards/own'],
      ],
    )
  })

  it('looks after its database, unless several share one', async () => {
    const { a } = await instances(pair + both)
    const [check] = a.checks
    assert.deepEqual(check?.args.slice(-4), ['grafana-database', 'check', '/var/lib/grafana', '13.0.1'])
    assert.equal(check?.hostOnly, true)
    const unit = (one: Instance) => String(ofKind(one.resources, 'unit')[0]?.content)
    assert.match(unit(a), /ExecStartPre=\/bin\/sh \\\n {2}\/etc\/promha\/grafana-database \\\n {2}start/)
    const { a: shared } = await instances(pair + both.replace(' }', ', config: x.ini }'), {
      'x.ini': '[database]\ntype = mysql\n',
    })
    assert.deepEqual(shared.checks, [])
    assert.doesNotMatch(unit(shared), /ExecStartPre/)
  })

  it('is asked where it listens, and led to by HAProxy with a cookie', async () => {
    const { a, all } = await instances(pair + both)
    assert.deepEqual(
      [a.health.address, a.health.port, a.health.readyPath],
      ['198.18.0.11', 3001, '/api/health'],
    )
    assert.deepEqual(a.service.ports, [{ protocol: 'tcp', port: 3001, addresses: ['198.18.0.11'] }])
    const proxy = all.find(({ component }) => component === 'haproxy') ?? assert.fail('no HAProxy')
    const text = String(ofKind(proxy.resources, 'file').find(({ path }) => path.endsWith('.cfg'))?.content)
    const [, listen = ''] = text.split(/^listen grafana$/m)
    assert.match(listen, /bind 198\.18\.0\.111:3000 transparent\n/)
    assert.match(listen, /httpchk GET \/api\/health\n/)
    assert.match(listen, /cookie promha-grafana insert indirect nocache httponly\n/)
    assert.match(listen, /server mon-a 198\.18\.0\.11:3001 check fall 2 cookie mon-a\n/)
    assert.doesNotMatch(listen, /stick/)
  })

  it('alone on one host listens everywhere, without HAProxy', async () => {
    const { a, all, b } = await instances(`${pair}    grafana: { hosts: [mon-a] }\n`)
    assert.equal(b, undefined)
    assert.equal(ini(a).get('server.http_addr'), '')
    assert.deepEqual(a.service.ports, [{ protocol: 'tcp', port: 3000 }])
    assert.ok(!all.some(({ component }) => component === 'haproxy'))
  })
})

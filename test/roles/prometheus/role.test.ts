// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Prometheus expands it
/** What goes through to upstream's programs and their tools. */
import assert from 'node:assert/strict'
import { parse } from 'yaml'
import { buildInstances } from '../../../roles/instances.ts'
import type { PrometheusSettings } from '../../../roles/prometheus/settings/schema.ts'
import type { Cell, Flags } from '../../../src/inventory/model.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { read } from '../../inventory/harness.ts'
import { inventory, labCell, prometheusSettings } from '../../topology/sample.ts'
import { storeSite, twoNodes } from '../victoriametrics/site.ts'

function first(
  component: string,
  rest: Partial<Cell>,
  versions: Readonly<Record<string, string>> = {},
): Instance {
  const site = inventory([labCell(rest)])
  const found = buildInstances(
    site,
    buildTopology(site),
    name => versions[name] ?? { prometheus: '3.5.3', alertmanager: '0.33.1' }[name as string] ?? '1.0.0',
  ).find(instance => instance.component === component)
  assert.ok(found)
  return found
}

const replica = (rest: Partial<PrometheusSettings>) =>
  first('prometheus', { prometheus: prometheusSettings(rest) })

function files({ resources }: Instance): Readonly<Record<string, { content: string; effect: string }>> {
  return Object.fromEntries(
    resources.flatMap(one =>
      one.kind === 'file' ? [[one.path, { content: String(one.content), effect: one.effect }]] : [],
    ),
  )
}

const unit = ({ resources }: Instance) =>
  String(resources.flatMap(one => (one.kind === 'unit' ? [one.content] : []))[0])

const checks = (of: Instance, tool: string) =>
  of.checks.filter(({ program }) => program.endsWith(tool)).map(({ args }) => args.join(' '))

describe('what is passed on', () => {
  it('puts further keys into prometheus.yml, and names each file of scrape jobs', () => {
    const shipped = { content: 'scrape_configs: []\n', path: 'jobs/x' }
    const found = files(
      replica({
        further: { storage: { tsdb: { out_of_order_time_window: '30m' } }, later: ['x'] },
        jobFiles: [
          { name: 'scrape_configs/a.yml', ...shipped, jobs: [] },
          { name: 'scrape_configs/sub/b', ...shipped, jobs: [{ job_name: 'kept' }], changed: true },
        ],
      }),
    )
    const config = parse(found['/etc/prometheus/prometheus.yml']?.content ?? '')
    assert.deepEqual(config.storage, { tsdb: { out_of_order_time_window: '30m' } })
    assert.deepEqual(config.later, ['x'])
    assert.deepEqual(config.scrape_config_files, ['scrape_configs/a.yml', 'scrape_configs/sub/b'])
    assert.deepEqual(found['/etc/prometheus/scrape_configs/a.yml'], {
      content: shipped.content,
      effect: 'reload',
    })
    assert.deepEqual(parse(found['/etc/prometheus/scrape_configs/sub/b']?.content ?? ''), {
      scrape_configs: [{ job_name: 'kept' }],
    })
  })

  it('reloads for a file, but not for targets that Prometheus watches', () => {
    const file = { content: '', path: 'x' }
    const found = files(
      replica({
        files: [
          { name: 'ca.pem', ...file },
          { name: 'sd/x.yml', ...file, watched: true },
        ],
      }),
    )
    assert.equal(found['/etc/prometheus/ca.pem']?.effect, 'reload')
    assert.equal(found['/etc/prometheus/sd/x.yml']?.effect, 'none')
  })

  it('writes a list of flags one by one, and a bare switch', () => {
    const flags: Flags = { 'x.include': ['a', '2'], 'web.enable-admin-api': true }
    assert.deepEqual(unit(replica({ flags })).match(/--\S+/g)?.slice(-3), [
      '--x.include=a',
      '--x.include=2',
      '--web.enable-admin-api',
    ])
  })

  it('links to its own address, or to a URL of the user', () => {
    const url = (rest: Partial<PrometheusSettings>) => unit(replica(rest)).match(/web\.external-url=\S+/g)
    assert.deepEqual(url({}), ['web.external-url=http://198.18.0.11:9090/'])
    assert.deepEqual(url({ flags: { 'web.external-url': 'https://mon.example.net/' } }), [
      'web.external-url=https://mon.example.net/',
    ])
  })

  it('waits ten seconds at most for a sink that is down, unless the user says otherwise', async () => {
    const deadline = (rest: Partial<PrometheusSettings>) => unit(replica(rest)).match(/flush-deadline=\w+/g)
    const remoteWrite = [{ url: 'http://192.0.2.9:8428/' }]
    assert.deepEqual(deadline({ remoteWrite }), ['flush-deadline=10s'])
    assert.equal(deadline({}), null)
    const { inventory: site } = await read(storeSite(twoNodes))
    assert.ok(site)
    const stored = buildInstances(site, buildTopology(site), () => '3.5.3')
    const own = stored.find(one => one.component === 'prometheus')
    assert.match(own ? unit(own) : '', /flush-deadline=10s/)
    const flags: Flags = { 'storage.remote.flush-deadline': '30s' }
    assert.deepEqual(deadline({ remoteWrite, flags }), ['flush-deadline=30s'])
  })

  it('tells promtool the features of PromQL', () => {
    const flags = {
      'enable-feature': 'promql-experimental-functions,exemplar-storage,promql-delayed-name-removal',
    }
    assert.deepEqual(checks(replica({ flags }), 'promtool'), [
      'check config --enable-feature=promql-experimental-functions,promql-delayed-name-removal prometheus.yml',
    ])
    assert.deepEqual(checks(replica({}), 'promtool'), ['check config prometheus.yml'])
  })

  it('tells amtool the features of Alertmanager, if it knows any', () => {
    const alertmanager = { ...labCell().alertmanager, flags: { 'enable-feature': 'utf8-strict-mode' } }
    const of = (version: string) =>
      checks(first('alertmanager', { alertmanager } as Partial<Cell>, { alertmanager: version }), 'amtool')
    assert.deepEqual(of('0.33.1'), [
      'check-config --enable-feature=receiver-name-in-metrics,utf8-strict-mode alertmanager.yml',
    ])
    assert.deepEqual(of('0.26.0'), ['check-config alertmanager.yml'])
  })

  it('drops a replica label of the form that Mimir and Cortex expect from alerts', () => {
    const found = files(replica({ replicaLabel: '__replica__', externalLabels: { cluster: 'x' } }))
    const config = parse(found['/etc/prometheus/prometheus.yml']?.content ?? '')
    assert.deepEqual(config.global.external_labels, { cell: 'lab', cluster: 'x', __replica__: '${REPLICA}' })
    assert.deepEqual(config.alerting.alert_relabel_configs, [{ action: 'labeldrop', regex: '__replica__' }])
  })
})

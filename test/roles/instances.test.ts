import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parse } from 'yaml'
import { buildInstances } from '../../roles/instances.ts'
import { stepsOf } from '../../src/engine/order/steps.ts'
import type { Component, Inventory } from '../../src/inventory/model.ts'
import { bundleFiles } from '../../src/plan/bundle.ts'
import { removedFrom } from '../../src/plan/owned/owned.ts'
import { retiredInstance } from '../../src/plan/owned/retire.ts'
import { planInstance } from '../../src/plan/plan.ts'
import type { Instance, Resource } from '../../src/resource/model.ts'
import { hasUnknownAddress } from '../../src/topology/address/advertise.ts'
import { buildTopology } from '../../src/topology/build.ts'
import { blank, carriedOut } from '../plan/host.ts'
import { inventory, labCell, prometheusSettings, randomInventory } from '../topology/sample.ts'

const current: Readonly<Record<Component, string>> = {
  prometheus: '3.5.3',
  alertmanager: '0.33.1',
  node_exporter: '1.11.1',
  pushgateway: '1.11.3',
  blackbox_exporter: '0.28.0',
}

function instancesOf(built: Inventory, versions: Record<Component, string> = current): readonly Instance[] {
  return buildInstances(built, buildTopology(built), component => versions[component] ?? '')
}

function instance(built: Inventory, component: Component, host: string, versions = current): Instance {
  const found = instancesOf(built, versions).find(each => each.component === component && each.host === host)
  assert.ok(found)
  return found
}

function unitText({ resources }: Instance): string {
  const unit = resources.find(
    (resource): resource is Extract<Resource, { kind: 'unit' }> => resource.kind === 'unit',
  )
  assert.ok(typeof unit?.content === 'string')
  return unit.content
}

function file(of: Instance, path: string): string {
  const found = of.resources.find(resource => resource.kind === 'file' && resource.path === path)
  assert.ok(found?.kind === 'file' && typeof found.content === 'string', path)
  return found.content
}

const lab = inventory([labCell()])

describe('buildInstances', () => {
  it('orders exporters before Alertmanagers before replicas', () => {
    const instances = instancesOf(lab)
    const plans = instances.map(each => planInstance(each, blank, () => 'f'.repeat(64)))
    const order = stepsOf(plans).map(step => step.plans[0]?.component)
    const waves = [...new Set(order)]
    assert.deepEqual(
      instances.map(each => [waves.indexOf(each.component), each.component, each.host, each.oneByOne]),
      [
        [0, 'node_exporter', 'mon-a', false],
        [0, 'node_exporter', 'mon-b', false],
        [0, 'node_exporter', 'app-01', false],
        [1, 'alertmanager', 'mon-a', true],
        [1, 'alertmanager', 'mon-b', true],
        [2, 'prometheus', 'mon-a', true],
        [2, 'prometheus', 'mon-b', true],
      ],
    )
  })

  it('puts nothing in a place from which promha would not dare to take it again', () => {
    for (const one of instancesOf(lab)) {
      const there = carriedOut(
        planInstance(one, blank, () => 'f'.repeat(64)),
        blank,
      )
      const stamp = there.records.get(one.component) ?? assert.fail()
      const retired = { ...retiredInstance(one.host, one.component, stamp), purges: true }
      assert.deepEqual(removedFrom(retired, there).length, stamp.owned.length, one.component)
    }
  })

  it('brings about users, directories and programs before what needs them', () => {
    for (const { resources, service } of instancesOf(lab)) {
      const kinds = resources.map(resource => resource.kind)
      assert.equal(kinds[0], 'user')
      assert.deepEqual(kinds.slice(-2), ['unit', 'service'])
      assert.equal(resources.at(-1), service)
      const seen = new Set(['/etc', '/usr/local/bin', '/usr/share', '/var/lib'])
      for (const resource of resources) {
        if (!('path' in resource)) continue
        assert.ok(seen.has(resource.path.replace(/\/[^/]*$/, '')), `${resource.path} before its directory`)
        if (resource.kind === 'directory') seen.add(resource.path)
      }
    }
  })

  it('ships what Debian’s Alertmanager reads beside itself', () => {
    const paths = instance(lab, 'alertmanager', 'mon-a').resources.flatMap(each =>
      'path' in each ? [each.path] : [],
    )
    assert.ok(paths.includes('/usr/share/prometheus/alertmanager/default.tmpl'))
    const upstream = inventory([labCell()], {
      artifacts: { from: 'upstream', kind: 'upstream', cache: '/cache' },
    })
    const fewer = instance(upstream, 'alertmanager', 'mon-a').resources.flatMap(each =>
      'path' in each ? [each.path] : [],
    )
    assert.ok(!fewer.some(path => path.startsWith('/usr/share')))
  })

  it('lets only root and the service read a config', () => {
    const files = instancesOf(lab).flatMap(each =>
      each.resources.filter(resource => resource.kind === 'file'),
    )
    for (const each of files) {
      assert.deepEqual([each.owner, each.mode], ['root', 0o640])
      assert.equal(each.group, each.path.split('/')[2])
    }
  })

  it('makes the config of all replicas, and of all members of a cluster, byte-identical', () => {
    fc.assert(
      fc.property(randomInventory, built => {
        const instances = instancesOf(built)
        for (const cell of built.cells) {
          for (const component of ['prometheus', 'alertmanager'] as const) {
            const [first, ...others] = instances.filter(
              each => each.cell === cell.name && each.component === component,
            )
            const filesOf = (each: Instance | undefined) =>
              each?.resources.filter(resource => resource.kind === 'file')
            for (const other of others) assert.deepEqual(filesOf(other), filesOf(first))
          }
        }
      }),
      { numRuns: 25 },
    )
  })

  it('names every member of the cluster to every member and every replica', () => {
    fc.assert(
      fc.property(randomInventory, built => {
        const topology = buildTopology(built)
        for (const each of buildInstances(built, topology, component => current[component] ?? '')) {
          const peers = topology.cells.find(cell => cell.name === each.cell)?.peers ?? []
          const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address)
          if (each.component === 'alertmanager') {
            const words = unitText(each).split(/[\s]+/)
            for (const peer of peers) {
              const { address, port } = peer.cluster
              const named = words.includes(`--cluster.peer=${bracketed(address)}:${port}`)
              // By its own name it would reach its own loopback address.
              assert.equal(named, peer.host !== each.host || !hasUnknownAddress(peer))
            }
          }
          if (each.component === 'prometheus') {
            const config = parse(file(each, '/etc/prometheus/prometheus.yml'))
            assert.deepEqual(
              config.alerting.alertmanagers[0].static_configs[0].targets,
              peers.map(peer => `${bracketed(peer.address)}:${peer.port}`),
            )
          }
        }
      }),
      { numRuns: 25 },
    )
  })

  it('tells the replicas apart by the environment of their units, and by where their own links lead', () => {
    const [a, b] = ['mon-a', 'mon-b'].map(name => unitText(instance(lab, 'prometheus', name)))
    assert.match(a ?? '', /^Environment=REPLICA=a$/m)
    const own = 'web.external-url=http://198.18.0.'
    assert.equal(a?.replace('REPLICA=a', 'REPLICA=b').replace(`${own}11`, `${own}12`), b)
  })
})

describe('prometheus role', () => {
  it('writes the whole config', () => {
    const settings = prometheusSettings({
      global: { scrape_interval: '15s' },
      externalLabels: { region: 'eu' },
      rules: [{ name: 'rules/own.yml', content: 'groups: []\n', path: '/site/rules/own.yml' }],
      targets: { shop: [{ targets: ['10.1.2.3:8080'], labels: { on: 'yes' } }] },
      scrapeConfigs: [{ job_name: 'own' }],
      remoteWrite: [{ url: 'http://192.0.2.1/write' }],
      alertmanagers: [{ static_configs: [{ targets: ['192.0.2.9:9093'] }] }],
      alertRelabelConfigs: [{ action: 'labeldrop', regex: 'secret' }],
    })
    const replica = instance(inventory([labCell({ prometheus: settings })]), 'prometheus', 'mon-b')
    const self = (name: string, port: number) => ({
      targets: [`198.18.0.1${name === 'mon-a' ? 1 : 2}:${port}`],
      labels: { instance: `${name}:${port}` },
    })
    assert.deepEqual(parse(file(replica, '/etc/prometheus/prometheus.yml')), {
      global: {
        scrape_interval: '15s',
        external_labels: { cell: 'lab', region: 'eu', prometheus_replica: `$${'{REPLICA}'}` },
      },
      rule_files: ['rules/promha.yml', 'rules/own.yml'],
      alerting: {
        alert_relabel_configs: [
          { action: 'labeldrop', regex: 'prometheus_replica' },
          { action: 'labeldrop', regex: 'secret' },
        ],
        alertmanagers: [
          { static_configs: [{ targets: ['198.18.0.11:9093', '198.18.0.12:9093'] }] },
          { static_configs: [{ targets: ['192.0.2.9:9093'] }] },
        ],
      },
      scrape_configs: [
        { job_name: 'prometheus', static_configs: [self('mon-a', 9090), self('mon-b', 9090)] },
        { job_name: 'alertmanager', static_configs: [self('mon-a', 9093), self('mon-b', 9093)] },
        {
          job_name: 'node',
          static_configs: [
            self('mon-a', 9100),
            self('mon-b', 9100),
            { targets: ['198.18.0.21:9100'], labels: { tier: 'web', instance: 'app-01:9100' } },
          ],
        },
        { job_name: 'shop', file_sd_configs: [{ files: ['file_sd/shop.yml'] }] },
        { job_name: 'own' },
      ],
      remote_write: [{ url: 'http://192.0.2.1/write' }],
    })
    assert.match(file(replica, '/etc/prometheus/file_sd/shop.yml'), /"on": "yes"/)
    const [check] = replica.checks
    assert.ok(check)
    assert.deepEqual(
      bundleFiles(replica, check).map(({ name }) => name),
      ['file_sd/shop.yml', 'rules/promha.yml', 'rules/own.yml', 'prometheus.yml'],
    )
  })

  it('reloads for what is loaded, and does nothing for what is watched', () => {
    const targets = { shop: [] }
    const replica = instance(
      inventory([labCell({ prometheus: prometheusSettings({ targets }) })]),
      'prometheus',
      'mon-a',
    )
    const effects = replica.resources.flatMap(each => ('effect' in each ? [[each.path, each.effect]] : []))
    assert.deepEqual(Object.fromEntries(effects), {
      '/usr/local/bin/prometheus': 'restart',
      '/usr/local/bin/promtool': 'none',
      '/etc/prometheus/file_sd/shop.yml': 'none',
      '/etc/prometheus/rules/promha.yml': 'reload',
      '/etc/prometheus/prometheus.yml': 'reload',
    })
  })

  it('turns on the expansion of the replica’s name before 3.0, beside the user’s features', () => {
    const flags = { 'enable-feature': 'exemplar-storage' }
    const cell = labCell({ prometheus: prometheusSettings({ flags }) })
    const unit = (prometheus: string) =>
      unitText(instance(inventory([cell]), 'prometheus', 'mon-a', { ...current, prometheus }))
    assert.match(unit('2.53.3'), /--enable-feature=expand-external-labels,exemplar-storage$/m)
    assert.match(unit('3.0.0-rc.1'), /--enable-feature=exemplar-storage$/m)
    assert.match(unit('3.13.2'), /--enable-feature=exemplar-storage$/m)
  })

  it('lets data lie in a home directory', () => {
    const cell = labCell({ prometheus: prometheusSettings({ dataDir: '/home/my data/100%' }) })
    const unit = unitText(instance(inventory([cell]), 'prometheus', 'mon-a'))
    assert.match(unit, /^ReadWritePaths="\/home\/my data\/100%%"$/m)
    assert.match(unit, /^ProtectHome=read-only$/m)
  })
})

describe('alertmanager role', () => {
  it('gives every flag of the cluster, as far as the version knows it', () => {
    const unit = unitText(instance(lab, 'alertmanager', 'mon-b'))
    const words = unit
      .slice(unit.indexOf('ExecStart='), unit.indexOf('\n#', unit.indexOf('ExecStart=')))
      .split(/[\s\\]+/)
    assert.deepEqual(words, [
      'ExecStart=/usr/local/bin/alertmanager',
      '--config.file=/etc/alertmanager/alertmanager.yml',
      '--storage.path=/var/lib/alertmanager',
      '--web.listen-address=0.0.0.0:9093',
      '--cluster.listen-address=0.0.0.0:9094',
      '--web.external-url=http://198.18.0.12:9093/',
      '--cluster.advertise-address=198.18.0.12:9094',
      '--cluster.peer-name=mon-b',
      '--cluster.label=lab',
      '--cluster.peer=198.18.0.11:9094',
      '--cluster.peer=198.18.0.12:9094',
      '--cluster.reconnect-timeout=5m',
      '--enable-feature=receiver-name-in-metrics',
    ])
    const older = unitText(instance(lab, 'alertmanager', 'mon-b', { ...current, alertmanager: '0.25.0' }))
    assert.doesNotMatch(older, /peer-name|cluster\.label|enable-feature/)
  })

  it('names shipped templates that the config does not', () => {
    const template = (name: string) => ({ name: `templates/${name}`, content: '', path: `/site/${name}` })
    const cell = labCell()
    const withTemplates = (templates: readonly string[]) => {
      const alertmanager = cell.alertmanager
      assert.ok(alertmanager)
      const built = inventory([
        labCell({
          alertmanager: {
            ...alertmanager,
            config: { ...alertmanager.config, templates },
            templates: [template('a.tmpl'), template('b.tmpl')],
          },
        }),
      ])
      return parse(file(instance(built, 'alertmanager', 'mon-a'), '/etc/alertmanager/alertmanager.yml'))
        .templates
    }
    assert.deepEqual(withTemplates([]), ['templates/a.tmpl', 'templates/b.tmpl'])
    assert.deepEqual(withTemplates(['templates/*.tmpl']), ['templates/*.tmpl'])
    assert.deepEqual(withTemplates(['/etc/alertmanager/templates/[a].tmpl', 'x/*']), [
      '/etc/alertmanager/templates/[a].tmpl',
      'x/*',
      'templates/b.tmpl',
    ])
  })

  it('marks as data what the programs write, and nothing else', () => {
    const data = instancesOf(lab).flatMap(({ component, resources }) =>
      resources.flatMap(each =>
        each.kind === 'directory' && each.data ? [`${component} ${each.path}`] : [],
      ),
    )
    assert.deepEqual([...new Set(data)].sort(), [
      'alertmanager /var/lib/alertmanager',
      'prometheus /var/lib/prometheus',
    ])
  })
})

/** What Prometheus' role makes of what stands around the pair. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { prometheusConfig } from '../../../roles/prometheus/config.ts'
import { prometheusInstances } from '../../../roles/prometheus/role.ts'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import type { Cell, Inventory, YamlMap } from '../../../src/inventory/model.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { inventory, labCell, prometheusSettings } from '../../topology/sample.ts'
import { randomSite } from '../../topology/site.ts'

function instancesOf(site: Inventory, version = '3.13.2'): readonly Instance[] {
  return buildTopology(site).cells.flatMap((cell, index) => {
    const said = site.cells[index] ?? assert.fail()
    return prometheusInstances(cell, said, () => ({ kind: 'debian', version }))
  })
}

function scrapeConfigs(rest: Partial<Cell>): readonly YamlMap[] {
  const settings = prometheusSettings()
  const [cell] = buildTopology(inventory([labCell({ prometheus: settings, ...rest })])).cells
  const config = prometheusConfig(cell ?? assert.fail(), settings, [])
  return config.scrape_configs as readonly YamlMap[]
}

const vip = { kind: 'vip', address: '198.18.0.100', prefix: 24 } as const
const balancer = { hosts: ['mon-a'], vip: { address: '198.18.0.101', prefix: 24 }, port: 9090 }

describe('prometheus role around the pair', () => {
  it('makes the files of all replicas byte-identical on any site', () => {
    fc.assert(
      fc.property(randomSite, site => {
        const instances = instancesOf(site)
        for (const { name } of site.cells) {
          const [first, ...others] = instances
            .filter(({ cell }) => cell === name)
            .map(({ resources }) => resources.filter(({ kind }) => kind === 'file'))
          for (const other of others) assert.deepEqual(other, first)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('writes all that a job says in upstream’s form', () => {
    const listen = { address: '0.0.0.0', port: 9115 }
    const found = scrapeConfigs({
      pushgateway: {
        ...{ active: 'mon-a', passive: 'mon-b', failover: vip, flags: {} },
        listen: { ...listen, port: 9091 },
      },
      blackbox: {
        ...{ hosts: ['mon-a'], listen, modules: { icmp: {} }, flags: {} },
        probes: [
          {
            parameters: { module: 'icmp' },
            targets: ['198.18.0.21'],
            labels: {},
            interval: '30s',
            timeout: '5s',
          },
        ],
      },
    })
    assert.deepEqual(found.slice(5), [
      {
        job_name: 'pushgateway',
        honor_labels: true,
        static_configs: [{ targets: ['198.18.0.100:9091'], labels: { instance: 'pushgateway:9091' } }],
      },
      {
        job_name: 'blackbox',
        scrape_interval: '30s',
        scrape_timeout: '5s',
        metrics_path: '/probe',
        params: { module: ['icmp'] },
        static_configs: [{ targets: ['198.18.0.21'], labels: { module: 'icmp', instance: '198.18.0.21' } }],
        relabel_configs: [
          { source_labels: ['__address__'], target_label: '__param_target' },
          { target_label: '__address__', replacement: '198.18.0.11:9115' },
        ],
      },
    ])
  })

  it('writes what federation collects', () => {
    const us = labCell({
      name: 'us',
      hosts: ['app-01'],
      prometheus: prometheusSettings({ replicas: [{ name: 'a', host: 'app-01' }] }),
    })
    const site = inventory([us, labCell({ federation: { from: ['us'], match: ['up'] } })])
    const cell = buildTopology(site).cells[1] ?? assert.fail()
    const config = prometheusConfig(cell, prometheusSettings(), [])
    assert.deepEqual((config.scrape_configs as readonly YamlMap[]).at(-1), {
      job_name: 'federate',
      honor_labels: true,
      metrics_path: '/federate',
      params: { 'match[]': ['up'] },
      static_configs: [{ targets: ['198.18.0.21:9090'], labels: { instance: 'app-01:9090' } }],
      metric_relabel_configs: [
        {
          ...{ source_labels: ['prometheus_replica'], regex: 'a' },
          ...{ target_label: 'prometheus_replica', replacement: '' },
        },
      ],
    })
  })

  it('listens beside the load balancer on its own address and loopback, and only there', () => {
    const [a, b] = instancesOf(inventory([labCell({ loadbalancer: balancer })]))
    const words = ({ resources }: Instance) =>
      resources.flatMap(each => (each.kind === 'unit' ? String(each.content).match(/--web.listen\S+/g) : []))
    assert.deepEqual(words(a ?? assert.fail()), [
      '--web.listen-address=198.18.0.11:9090',
      '--web.listen-address=127.0.0.1:9090',
    ])
    assert.deepEqual(a?.service.ports, [
      { protocol: 'tcp', port: 9090, addresses: ['198.18.0.11', '127.0.0.1'] },
    ])
    assert.equal(a?.health.address, '127.0.0.1')
    assert.deepEqual(words(b ?? assert.fail()), ['--web.listen-address=0.0.0.0:9090'])
    assert.deepEqual(b?.service.ports, [{ protocol: 'tcp', port: 9090 }])
  })

  it('links to the load balancer, the same on every replica', () => {
    const links = instancesOf(inventory([labCell({ loadbalancer: balancer })])).map(({ resources }) =>
      resources.flatMap(each =>
        each.kind === 'unit' ? String(each.content).match(/--web.external-url=\S+/g) : [],
      ),
    )
    assert.ok(links.length >= 2)
    const expected = [`--web.external-url=http://${balancer.vip.address}:${balancer.port}/`]
    for (const link of links) assert.deepEqual(link, expected)
  })

  it('refuses that of a Prometheus which listens on one address only', () => {
    const source = { file: 'inventory.yml', line: 7, column: 5 }
    const site = inventory([labCell({ loadbalancer: { ...balancer, source } })])
    assert.throws(
      () => instancesOf(site, '2.54.1'),
      fault => {
        assert.ok(fault instanceof ProblemError)
        assert.match(fault.message, /Prometheus 2\.54\.1 cannot share port 9090 of host mon-a/)
        assert.match(fault.problems[0]?.remedy ?? '', /other than 9090/)
        assert.equal(fault.problems[0]?.source, source)
        return true
      },
    )
    instancesOf(site, '2.55.0-rc.0')
    instancesOf(inventory([labCell({ loadbalancer: { ...balancer, port: 9080 } })]), '2.54.1')
  })
})

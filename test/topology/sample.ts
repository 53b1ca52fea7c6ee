/** Inventories as values: one that is written out, and random ones. */
import fc from 'fast-check'
import type { PrometheusSettings } from '../../roles/prometheus/settings/schema.ts'
import type { Cell, Host, Inventory } from '../../src/inventory/model.ts'

export function host(name: string, address: string, labels: Record<string, string> = {}): Host {
  return { name, address, labels, ssh: { sudo: true, hostKey: 'strict' } }
}

export function prometheusSettings(rest: Partial<PrometheusSettings> = {}): PrometheusSettings {
  return {
    replicas: [
      { name: 'a', host: 'mon-a' },
      { name: 'b', host: 'mon-b' },
    ],
    replicaLabel: 'prometheus_replica',
    listen: { address: '0.0.0.0', port: 9090 },
    dataDir: '/var/lib/prometheus',
    retention: { time: '10d', size: '20GB' },
    global: {},
    externalLabels: {},
    scrapeConfigs: [],
    targets: {},
    rules: [],
    remoteWrite: [],
    alertRelabelConfigs: [],
    alertmanagers: [],
    files: [],
    flags: {},
    ...rest,
  }
}

export function labCell(rest: Partial<Cell> = {}): Cell {
  return {
    name: 'lab',
    hosts: ['mon-a', 'mon-b', 'app-01'],
    allowSharedHost: false,
    prometheus: prometheusSettings(),
    alertmanager: {
      hosts: ['mon-b', 'mon-a'],
      config: { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] },
      templates: [],
      listen: { address: '0.0.0.0', port: 9093 },
      clusterListen: { address: '0.0.0.0', port: 9094 },
      flags: {},
    },
    exporters: {
      node_exporter: {
        job: 'node',
        hosts: ['mon-a', 'mon-b', 'app-01'],
        listen: { address: '0.0.0.0', port: 9100 },
        flags: {},
      },
    },
    ...rest,
  }
}

export function inventory(cells: readonly Cell[], rest: Partial<Inventory> = {}): Inventory {
  return {
    file: 'inventory.yml',
    directory: '/site',
    artifacts: { from: 'debian', kind: 'debian', suite: 'forky', cache: '/cache' },
    versions: {},
    hosts: [
      host('mon-a', '198.18.0.11'),
      host('mon-b', '198.18.0.12'),
      host('app-01', '198.18.0.21', { tier: 'web' }),
    ],
    groups: {},
    cells,
    secrets: [],
    ...rest,
  }
}

const label = fc.stringMatching(/^[a-z][a-z_]{0,8}$/).filter(name => name !== 'cell' && name !== 'instance')
const labels = fc.dictionary(label, fc.string({ unit: 'binary', maxLength: 12 }), {
  maxKeys: 3,
  noNullPrototype: true,
})
const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()).filter(text => !/^(0\.0\.0\.0|::)$/.test(text))
const port = fc.integer({ min: 1, max: 65535 })
const listen = fc.record({ address: fc.constantFrom('0.0.0.0', '::'), port })
const ruleFile = (name: string) => ({
  name: `rules/${name}.yml`,
  content: `# ${name}\n`,
  path: `/site/${name}.yml`,
})

/** Cells that share no host, each with two or more replicas, one or more Alertmanagers, exporters on some hosts. */
export const randomInventory: fc.Arbitrary<Inventory> = fc
  .array(fc.array(fc.record({ address, labels }), { minLength: 2, maxLength: 6 }), {
    minLength: 1,
    maxLength: 3,
  })
  .chain(groups => {
    const hosts = groups.map((group, cell) =>
      group.map((each, index) => host(`h${cell}-${index}`, each.address, each.labels)),
    )
    return fc
      .tuple(
        ...hosts.map((group, index) =>
          randomCell(
            `cell-${index}`,
            group.map(each => each.name),
          ),
        ),
      )
      .map(cells => inventory(cells, { hosts: hosts.flat() }))
  })

function randomCell(name: string, hosts: readonly string[]): fc.Arbitrary<Cell> {
  const some = (minLength: number) => fc.shuffledSubarray([...hosts], { minLength })
  return fc
    .record({
      replicas: some(2),
      peers: some(1),
      exporters: some(0),
      external: labels,
      listen,
      gossip: listen,
      files: labels,
    })
    .map(({ replicas, peers, exporters, external, listen: where, gossip, files }) =>
      labCell({
        name,
        hosts,
        prometheus: prometheusSettings({
          replicas: replicas.map((replica, index) => ({ name: `r${index}`, host: replica })),
          replicaLabel: 'replica_of_pair',
          listen: where,
          externalLabels: external,
          rules: Object.keys(files).map(ruleFile),
          targets: Object.fromEntries(
            Object.entries(files).map(([key, value]) => [
              `t_${key}`,
              [{ targets: ['192.0.2.1:80'], labels: { value } }],
            ]),
          ),
        }),
        alertmanager: {
          hosts: peers,
          config: { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] },
          templates: [],
          listen: where,
          clusterListen: gossip,
          flags: {},
        },
        exporters: { node_exporter: { job: 'node', hosts: exporters, listen: where, flags: {} } },
      }),
    )
}

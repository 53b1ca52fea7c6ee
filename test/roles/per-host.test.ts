import assert from 'node:assert/strict'
import { buildInstances } from '../../roles/instances.ts'
import { localChecks } from '../../src/engine/local-program.ts'
import type { Instance } from '../../src/resource/model.ts'
import { buildTopology } from '../../src/topology/build.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { read } from '../inventory/harness.ts'

const versions = { prometheus: '3.13.2', alertmanager: '0.33.1', node_exporter: '1.11.0' }

async function built(
  cells: string,
  files: Readonly<Record<string, string>> = {},
): Promise<{ readonly cells: readonly CellTopology[]; readonly instances: readonly Instance[] }> {
  const hosts = [
    'mon-a: { address: 198.18.0.11 }',
    'mon-b: { address: 198.18.0.12 }',
    'app: { address: "fd00::21" }',
  ]
  const text = `promha: 1\nhosts:\n${hosts.map(line => `  ${line}\n`).join('')}cells:\n${cells}`
  const { inventory, problems } = await read(text, files)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const topology = buildTopology(inventory)
  return {
    cells: topology.cells,
    instances: buildInstances(
      inventory,
      topology,
      name => ({ ...{ pushgateway: '1.11.2', blackbox_exporter: '0.28.0' }, ...versions })[name] ?? '',
    ),
  }
}

const everything = `  lab:
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      listen: self
      per_host: { mon-b: { listen: "self:9990", flags: { query.max-concurrency: 40 } } }
    alertmanager:
      hosts: [mon-a, mon-b]
      config: { route: { receiver: x }, receivers: [{ name: x }] }
      listen: self
      cluster_listen: self
      per_host: { mon-a: { listen: "self:9993", cluster_listen: "self:9994" } }
      flags: { cluster.reconnect-timeout: 1h, cluster.peer-timeout: 30s }
    exporters: { node: { listen: self, per_host: { app: { listen: self:9188 } } } }
    pushgateway: { active: mon-a, passive: mon-b, failover: { haproxy: {} }, listen: self, per_host: { mon-b: { listen: self:9092 } } }
    blackbox:
      hosts: [mon-a, mon-b]
      failover: { haproxy: {} }
      listen: self
      per_host: { mon-b: { listen: self:9116 } }
      modules: { icmp: { prober: icmp } }
      probes: [{ module: icmp, targets: [192.0.2.1] }]
    firewall: { enabled: true }
`

function of(instances: readonly Instance[], component: string, host: string): Instance {
  return instances.find(one => one.component === component && one.host === host) ?? assert.fail()
}

function unitOf(instance: Instance): string {
  for (const resource of instance.resources)
    if (resource.kind === 'unit' && typeof resource.content === 'string') return resource.content
  assert.fail()
}

function filesOf(instance: Instance) {
  return instance.resources.flatMap(resource => (resource.kind === 'file' ? [resource] : []))
}

describe('a host that listens elsewhere than the others', () => {
  let lab: Awaited<ReturnType<typeof built>>
  let cell: CellTopology
  before(async () => {
    lab = await built(everything)
    cell = lab.cells[0] ?? assert.fail()
  })

  it('is scraped at its own port', () => {
    const targets = (job: string) =>
      cell.jobs.find(({ name }) => name === job)?.targets.map(({ address }) => address)
    assert.deepEqual(targets('prometheus'), ['198.18.0.11:9090', '198.18.0.12:9990'])
    assert.deepEqual(targets('alertmanager'), ['198.18.0.11:9993', '198.18.0.12:9093'])
    assert.deepEqual(targets('node'), ['198.18.0.11:9100', '198.18.0.12:9100', '[fd00::21]:9188'])
    assert.deepEqual(targets('pushgateway-hosts'), ['198.18.0.11:9091', '198.18.0.12:9092'])
    assert.deepEqual(targets('blackbox-hosts'), ['198.18.0.11:9115', '198.18.0.12:9116'])
  })

  it('is joined, led to and let in at its own port', () => {
    assert.deepEqual(
      cell.peers.map(({ cluster, advertise }) => [cluster, advertise]),
      [9994, 9094].map((port, index) => {
        const at = { address: `198.18.0.1${index + 1}`, port }
        return [at, at]
      }),
    )
    const servers = cell.proxies[0]?.frontends.map(({ name, servers: to }) => [
      name,
      to.map(({ port }) => port),
    ])
    assert.deepEqual(servers, [
      ['pushgateway', [9091, 9092]],
      ['blackbox', [9115, 9116]],
    ])
    const closed = cell.guarded
      .find(({ host }) => host === 'mon-b')
      ?.rules.map(({ what, port }) => `${what} ${port}`)
    assert.deepEqual(closed, [
      'exporters 9100',
      'pushgateway 9092',
      'blackbox 9116',
      'cluster 9094',
      'cluster 9094',
    ])
  })

  it('is asked how it is where it listens, and looked for there before anything is changed', () => {
    for (const [component, host, address, port] of [
      ['prometheus', 'mon-b', '198.18.0.12', 9990],
      ['alertmanager', 'mon-a', '198.18.0.11', 9993],
      ['node_exporter', 'app', 'fd00::21', 9188],
      ['pushgateway', 'mon-b', '198.18.0.12', 9092],
      ['blackbox_exporter', 'mon-b', '198.18.0.12', 9116],
    ] as const) {
      const instance = of(lab.instances, component, host)
      assert.equal(instance.health.address, address, component)
      assert.equal(instance.health.port, port, component)
      assert.deepEqual(instance.service.ports[0], { protocol: 'tcp', port, addresses: [address] })
    }
    assert.match(unitOf(of(lab.instances, 'node_exporter', 'app')), /--web\.listen-address=\[fd00::21\]:9188/)
  })

  it('has flags of its own in its unit, and the same config as its twin', () => {
    const [a, b] = ['mon-a', 'mon-b'].map(host => of(lab.instances, 'prometheus', host))
    assert.ok(a && b)
    assert.match(unitOf(b), /--web\.listen-address=198\.18\.0\.12:9990/)
    assert.match(unitOf(b), /--query\.max-concurrency=40/)
    assert.doesNotMatch(unitOf(a), /max-concurrency/)
    assert.deepEqual(filesOf(a), filesOf(b))
  })

  it('has its command line judged here where its flags are its own, and not for its address alone', () => {
    const judged = localChecks(lab.instances).filter(({ check }) => check.flags)
    const of = (component: string) =>
      judged.filter(one => one.component === component).map(({ instance }) => instance.host)
    assert.deepEqual(of('prometheus'), ['mon-a', 'mon-b'])
    for (const component of ['alertmanager', 'node_exporter', 'pushgateway', 'blackbox_exporter'])
      assert.equal(of(component).length, 1, component)
  })

  it('tells the Alertmanagers of one cluster from each other, with the user’s timing', () => {
    const unit = unitOf(of(lab.instances, 'alertmanager', 'mon-b'))
    assert.match(unit, /--cluster\.listen-address=198\.18\.0\.12:9094/)
    assert.match(unit, /--cluster\.advertise-address=198\.18\.0\.12:9094/)
    assert.match(unit, /--cluster\.peer=198\.18\.0\.11:9994/)
    assert.match(unit, /--cluster\.peer-timeout=30s/)
    assert.deepEqual(unit.match(/--cluster\.reconnect-timeout=\S+/g), ['--cluster.reconnect-timeout=1h'])
  })

  it('is federated from at its own port', async () => {
    const collecting = `  top:\n    hosts: [app]\n    prometheus: { replicas: { a: app }, alertmanagers: [] }\n    federation: { from: [lab], match: ['{job="x"}'] }\n`
    const { cells } = await built(
      everything
        .replace('  lab:\n', '  lab:\n    hosts: [mon-a, mon-b]\n')
        .replace(', per_host: { app: { listen: self:9188 } }', '') + collecting,
    )
    const job = cells[1]?.jobs.find(({ name }) => name === 'federate')
    assert.deepEqual(
      job?.targets.map(({ address }) => address),
      ['198.18.0.11:9090', '198.18.0.12:9990'],
    )
  })
})

describe('files that Alertmanager and the blackbox exporter are given', () => {
  it('are for the service alone, never shown, and found by relative paths', async () => {
    const { instances } = await built(
      `  lab:
    alertmanager:
      hosts: [mon-a, mon-b]
      config: { route: { receiver: x }, receivers: [{ name: x }] }
      files: { secrets/smtp.pass: smtp.pass }
    blackbox: { hosts: [mon-a], files: { tls/ca.pem: ca.pem } }
`,
      { 'smtp.pass': 'hunter2\n', 'ca.pem': 'x\n' },
    )
    for (const [component, group, path, root] of [
      ['alertmanager', 'alertmanager', '/etc/alertmanager/secrets/smtp.pass', '/etc/alertmanager'],
      ['blackbox_exporter', 'blackbox-exp', '/etc/blackbox_exporter/tls/ca.pem', '/etc/blackbox_exporter'],
    ] as const) {
      const instance = of(instances, component, 'mon-a')
      const file = filesOf(instance).find(one => one.path === path) ?? assert.fail(component)
      assert.deepEqual(
        {
          owner: file.owner,
          group: file.group,
          mode: file.mode,
          concealed: file.concealed,
          effect: file.effect,
        },
        { owner: 'root', group, mode: 0o640, concealed: true, effect: 'reload' },
      )
      const directories = instance.resources.flatMap(one => (one.kind === 'directory' ? [one.path] : []))
      assert.ok(directories.includes(path.replace(/\/[^/]*$/, '')) && directories.includes(root), component)
      assert.match(unitOf(instance), new RegExp(`^WorkingDirectory=${root}$`, 'm'))
    }
  })

  it('change no unit where there are none', async () => {
    const { instances } = await built(everything)
    for (const instance of instances) assert.doesNotMatch(unitOf(instance), /WorkingDirectory/)
  })
})

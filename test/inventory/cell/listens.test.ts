import assert from 'node:assert/strict'
import { buildInstances } from '../../../roles/instances.ts'
import { localChecks } from '../../../src/check/tool/local-program.ts'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import type { CellTopology } from '../../../src/topology/model.ts'
import { read } from '../harness.ts'

const versions = { prometheus: '3.13.2', alertmanager: '0.33.1', node_exporter: '1.11.0' }

async function built(
  cells: string,
  files: Readonly<Record<string, string>> = {},
  others: Readonly<Record<string, string>> = {},
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
      name =>
        ({ ...{ pushgateway: '1.11.2', blackbox_exporter: '0.28.0' }, ...versions, ...others })[name] ?? '',
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
    const closed = cell.firewallRules
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

describe('a program that listens on several addresses', () => {
  const several = `  lab:
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      listen: ["self:9990", "127.0.0.1:9090", "0.0.0.0:9091"]
    alertmanager:
      hosts: [mon-a, mon-b]
      config: { route: { receiver: x }, receivers: [{ name: x }] }
      listen: ["self:9093", "127.0.0.1:9093"]
    exporters: { node: { listen: ["self:9100", "127.0.0.1:9100", "self:9200"] } }
    blackbox: { hosts: [mon-a], listen: [self:9115, 127.0.0.1:9115] }
    loadbalancer: { hosts: [mon-a, mon-b], vip: 198.18.0.101/24, port: 9091 }
    firewall: { enabled: true }
`
  let lab: Awaited<ReturnType<typeof built>>
  before(async () => {
    lab = await built(several.replace('  lab:\n', '  lab:\n    hosts: [mon-a, mon-b]\n'))
  })
  const addressesOf = (instance: Instance) =>
    [...unitOf(instance).matchAll(/--web\.listen-address=(\S+)/g)].map(([, address]) => address)

  it('is told all of them, in their order', () => {
    for (const [component, ...addresses] of [
      ['alertmanager', '198.18.0.11:9093', '127.0.0.1:9093'],
      ['node_exporter', '198.18.0.11:9100', '127.0.0.1:9100', '198.18.0.11:9200'],
      ['blackbox_exporter', '198.18.0.11:9115', '127.0.0.1:9115'],
      // The load balancer has the last one's port.
      ['prometheus', '198.18.0.11:9990', '127.0.0.1:9090', '198.18.0.11:9091', '127.0.0.1:9091'],
    ] as const)
      assert.deepEqual(addressesOf(of(lab.instances, component, 'mon-a')), addresses)
  })

  it('is scraped, asked and led to at the first', () => {
    const [cell] = lab.cells
    const targets = cell?.jobs
      .filter(({ name }) => ['prometheus', 'alertmanager', 'node'].includes(name))
      .flatMap(({ targets }) => targets.map(({ address }) => address))
    assert.deepEqual(
      targets?.filter(address => address.startsWith('198.18.0.11:')),
      ['198.18.0.11:9990', '198.18.0.11:9093', '198.18.0.11:9100'],
    )
    for (const [component, port] of Object.entries({
      prometheus: 9990,
      alertmanager: 9093,
      node_exporter: 9100,
    })) {
      const { address, port: asked } = of(lab.instances, component, 'mon-a').health
      assert.deepEqual([address, asked], ['198.18.0.11', port], component)
    }
    const servers = cell?.proxies[0]?.frontends[0]?.servers.map(({ address, port }) => `${address}:${port}`)
    assert.deepEqual(servers, ['198.18.0.11:9990', '198.18.0.12:9990'])
  })

  it('has all of its ports looked for and closed', () => {
    assert.deepEqual(of(lab.instances, 'node_exporter', 'mon-b').service.ports, [
      { protocol: 'tcp', port: 9100, addresses: ['198.18.0.12', '127.0.0.1'] },
      { protocol: 'tcp', port: 9200, addresses: ['198.18.0.12'] },
    ])
    const closed = lab.cells[0]?.firewallRules.find(({ host }) => host === 'mon-b')?.rules
    assert.deepEqual(
      closed?.filter(({ what }) => what === 'exporters').map(({ port }) => port),
      [9100, 9200],
    )
  })

  it('is refused where its release takes one address, at the place of the second', async () => {
    const text = `  lab:
    exporters:
      node: { listen: [self:9100, 127.0.0.1:9100], per_host: { app: { listen: [self:1, self:2] } } }
`
    await assert.rejects(built(text, {}, { node_exporter: '1.4.1' }), fault => {
      assert.ok(fault instanceof ProblemError)
      assert.deepEqual(
        fault.problems.map(({ summary, remedy, source }) => [summary, remedy, source?.line, source?.column]),
        [35, 88].map(column => [
          'node_exporter 1.4.1 listens on one address only',
          'Keep one address, or use node_exporter 1.5.0 or later.',
          9,
          column,
        ]),
      )
      return true
    })
    await built(text, {}, { node_exporter: '1.5.0-rc.0' })
  })
})

describe('files beside a config', () => {
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

  it('are what a config names by their paths on the host, those of one host too', async () => {
    const { instances } = await built(
      `  lab:
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      alertmanagers: []
      remote_write: [{ url: "http://x/", authorization: { credentials_file: /etc/prometheus/all/token } }, { url: "http://y/", authorization: { credentials_file: /etc/prometheus/own/token } }]
      files: { all/token: token }
      per_host: { "mon-*": { files: { own/token: token } } }
    alertmanager:
      hosts: [mon-a, mon-b]
      config: { global: { slack_api_url_file: /etc/alertmanager/all/url }, route: { receiver: x }, receivers: [{ name: x, slack_configs: [{ api_url_file: /etc/alertmanager/own/url }] }] }
      files: { all/url: token }
      per_host: { "mon-*": { files: { own/url: token } } }
`,
      { token: 'hunter2\n' },
    )
    for (const [component, ...names] of [
      ['prometheus', './all/token', './own/token'],
      ['alertmanager', './all/url', './own/url'],
    ] as const) {
      const { checks } = of(instances, component, 'mon-b')
      const [copy] = checks.flatMap(({ flags, seen = [] }) => (flags ? [] : seen))
      for (const name of names) assert.ok(copy?.content.includes(name), `${component} ${name}`)
    }
  })

  it('change no unit where there are none', async () => {
    const { instances } = await built(everything)
    for (const instance of instances) assert.doesNotMatch(unitOf(instance), /WorkingDirectory/)
  })
})

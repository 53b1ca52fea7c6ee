import assert from 'node:assert/strict'
import { wordsOn } from '../../src/inventory/words-on.ts'
import { type Case, tells } from './cases.ts'
import { alertmanager, head, prometheus, read } from './harness.ts'

const pair = 'prometheus: { replicas: { a: mon-a, b: mon-b }, alertmanagers: [] }'

/** A cell with a pair and further components, `host` lines among the hosts. */
function cell(components: readonly string[], hosts: readonly string[] = []): string {
  const lines = [pair, ...components].map(line => `    ${line}\n`).join('')
  return `${head}${hosts.map(line => `  ${line}\n`).join('')}groups: { pair: [mon-*] }\ncells:\n  eu:\n${lines}`
}

const errors: Readonly<Record<string, Case>> = {
  'a host of per_host that is unknown': {
    text: prometheus('per_host: { §mon-x: { listen: self } }'),
    summary: /^per_host of prometheus names "mon-x", which is neither a host nor a group$/,
    remedy: /did you mean "mon-[ab]"/,
  },
  'a host of per_host on which the component does not run': {
    text: cell(
      ['alertmanager: { hosts: [mon-a, mon-b], config: a.yml, per_host: { §app: { listen: self } } }'],
      ['app: { address: 198.18.0.21 }'],
    ),
    files: { 'a.yml': 'route: { receiver: x }\nreceivers: [{ name: x }]\n' },
    summary: /^per_host of alertmanager names "app", where alertmanager does not run$/,
    remedy: /"mon-a", "mon-b"/,
  },
  'a glob of per_host that matches nothing': {
    text: cell(['exporters: { node: { per_host: { §db-*: { listen: self } } } }']),
    summary: /per_host of exporters\.node names "db-\*", where exporters\.node does not run/,
  },
  'a key of per_host that is unknown': {
    text: cell(['exporters: { node: { per_host: { mon-a: { §port: 9101 } } } }']),
    summary: /unknown key "port"/,
    remedy: /listen, flags/,
  },
  'an endpoint of per_host that is none': {
    text: alertmanager('per_host: { mon-a: { listen: §selfish } }'),
    summary: /"listen": expected ADDRESS:PORT/,
    remedy: /"self" for each host's own address/,
  },
  'a port of self out of range': {
    text: prometheus('listen: §self:70000'),
    summary: /expected ADDRESS:PORT/,
  },
  'self of a host whose address is a name': {
    text: cell(['exporters: { node: { listen: §self } }'], ['app: { address: app.example.net }']),
    summary:
      /^listen of exporters\.node: "self" needs an IP address, and host "app" has the name "app\.example\.net"/,
    remedy: /IP address; the name can stay under its "ssh: host:"/,
  },
  'self of per_host for a name': {
    text: cell(['exporters: { node: { per_host: { app: { listen: §self } } } }'], ['app: { address: app }']),
    summary: /host "app" has the name "app" as its address/,
  },
  'a flag of per_host that promha sets': {
    text: prometheus('per_host: { mon-a: { flags: { §web.listen-address: ":1" } } }'),
    summary: /the flag "web\.listen-address" of prometheus on mon-a is set by promha/,
  },
  'another path on one replica': {
    text: prometheus('per_host: { mon-b: { flags: { web.external-url: §https://b.example.net/b } } }'),
    summary: /^prometheus would serve different paths on host "mon-b" and on host "mon-a"$/,
    remedy: /the same path on every host/,
  },
  'another telemetry path on one host': {
    text: cell(['exporters: { node: { per_host: { mon-b: { flags: { web.telemetry-path: §/m } } } } }']),
    summary: /exporters\.node would serve different paths/,
  },
  'self behind an address that moves': {
    text: cell([
      'pushgateway: { active: mon-a, passive: mon-b, failover: { vip: 198.18.0.100/24 }, listen: §self }',
    ]),
    summary: /listens on 198\.18\.0\.1[12]:9091, which its address 198\.18\.0\.100 does not reach/,
    remedy: /listen on 0\.0\.0\.0:9091/,
  },
  'another port behind an address that moves': {
    text: cell([
      'pushgateway: { active: mon-a, passive: mon-b, failover: { vip: 198.18.0.100/24 }, per_host: { mon-b: { listen: §0.0.0.0:9092 } } }',
    ]),
    summary: /listens on 0\.0\.0\.0:9092, which its address 198\.18\.0\.100 does not reach/,
    remedy: /listen on 0\.0\.0\.0:9091/,
  },
  'one port for two programs of one host': {
    text: cell(['exporters: { node: { per_host: { mon-a: { listen: §self:9090 } } } }']),
    summary: /both want port 9090 of host "mon-a"/,
  },
  'the gossip of Alertmanager on a port that is taken': {
    text: alertmanager('per_host: { mon-a: { cluster_listen: §self:9093 } }'),
    summary: /both want port 9093 of host "mon-a"/,
  },
  'a flag of Alertmanager that joins its cluster': {
    text: alertmanager('flags: { §cluster.peer: "192.0.2.1:9094" }'),
    summary: /the flag "cluster\.peer" of alertmanager is set by promha/,
  },
  'an advertise address of the user': {
    text: alertmanager('flags: { §cluster.advertise-address: "192.0.2.1:9094" }'),
    summary: /is set by promha/,
    remedy: /"address" of the host/,
  },
}

describe('the words that every component takes', () => {
  for (const [name, each] of Object.entries(errors)) {
    it(`refuse ${name}`, () => tells(each))
  }

  it('let each host listen on its own address', async () => {
    const { inventory } = await read(
      cell(['exporters: { node: { listen: self:9188 } }'], ['app: { address: "2001:db8:0::21" }']),
    )
    const node = inventory?.cells[0]?.exporters?.node_exporter ?? assert.fail()
    assert.deepEqual(
      node.hosts.map(host => wordsOn(node, host).listen),
      [
        { address: '198.18.0.11', port: 9188 },
        { address: '198.18.0.12', port: 9188 },
        { address: '2001:db8::21', port: 9188 },
      ],
    )
  })

  it('are said for a host, a group or a glob, the later entry before the earlier one', async () => {
    const { inventory } = await read(
      cell(
        [
          `exporters: { node: { listen: 0.0.0.0:9101, flags: { a: 1, b: 1 }, per_host: ${'{'}
        pair: { listen: self, flags: { b: 2, c: 2 } }, mon-b: { flags: { c: 3 } }, "app*": { listen: "self:9300" } } } }`,
        ],
        ['app-1: { address: 198.18.0.21 }', 'db: { address: 198.18.0.31 }'],
      ),
    )
    const node = inventory?.cells[0]?.exporters?.node_exporter ?? assert.fail()
    const seen = node.hosts.map(host => {
      const { listen, flags } = wordsOn(node, host)
      return [host, `${listen.address}:${listen.port}`, flags]
    })
    assert.deepEqual(seen, [
      ['mon-a', '198.18.0.11:9101', { a: 1, b: 2, c: 2 }],
      ['mon-b', '198.18.0.12:9101', { a: 1, b: 2, c: 3 }],
      ['app-1', '198.18.0.21:9300', { a: 1, b: 1 }],
      ['db', '0.0.0.0:9101', { a: 1, b: 1 }],
    ])
  })

  it('take one path that all hosts have by flags of their own', async () => {
    const own = (name: string) =>
      `${name}: { flags: { web.external-url: "https://${name}.example.net/prom/" } }`
    const { inventory, problems } = await read(prometheus(`per_host: { ${own('mon-a')}, ${own('mon-b')} }`))
    assert.deepEqual(problems, [])
    const settings = inventory?.cells[0]?.prometheus ?? assert.fail()
    assert.deepEqual(wordsOn(settings, 'mon-b').flags, {
      'web.external-url': 'https://mon-b.example.net/prom/',
    })
  })

  it('warn of one address for several hosts, and say what to write instead', async () => {
    const { problems } = await read(cell(['exporters: { node: { listen: "198.18.0.11:9100" } }']))
    const [warning] = problems
    assert.match(warning?.summary ?? '', /which is the address of one host only/)
    assert.match(
      warning?.remedy ?? '',
      /"self:9100" for each host's own address, or listen on 0\.0\.0\.0:9100/,
    )
    const { problems: own } = await read(cell(['exporters: { node: { listen: self } }']))
    assert.deepEqual(own, [])
  })

  it('let the timing of Alertmanager’s cluster be set', async () => {
    const { inventory, problems } = await read(
      alertmanager(
        'flags: { cluster.peer-timeout: 30s, cluster.gossip-interval: 1s, cluster.reconnect-timeout: 1h }',
      ),
    )
    assert.deepEqual(problems, [])
    assert.equal(inventory?.cells[0]?.alertmanager?.flags['cluster.peer-timeout'], '30s')
  })

  it('ship files for Alertmanager and the blackbox exporter', async () => {
    const { inventory, problems } = await read(
      `${alertmanager('files: { secrets/smtp.pass: smtp.pass }')}    blackbox: { hosts: [mon-a], files: { ca.pem: ca.pem } }\n`,
      { 'smtp.pass': 'hunter2\n', 'ca.pem': 'a certificate\n' },
    )
    assert.ok(problems.every(({ severity }) => severity === 'warning'))
    const [cell] = inventory?.cells ?? []
    assert.deepEqual(
      [...(cell?.alertmanager?.files ?? []), ...(cell?.blackbox?.files ?? [])].map(({ name, content }) => [
        name,
        content,
      ]),
      [
        ['secrets/smtp.pass', 'hunter2\n'],
        ['ca.pem', 'a certificate\n'],
      ],
    )
  })

  for (const name of ['alertmanager.yml', 'templates/x.tmpl']) {
    it(`refuse a shipped file called ${name}, which promha writes`, () =>
      tells({
        text: alertmanager(`files: { §${name}: x }`),
        files: { x: 'x' },
        summary: /is used by promha itself/,
      }))
  }
})

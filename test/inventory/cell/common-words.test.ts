import assert from 'node:assert/strict'
import { filesOn, listensOn, wordsOn } from '../../../src/inventory/cell/words-on.ts'
import { type Case, tells } from '../cases.ts'
import { alertmanager, head, prometheus, read } from '../harness.ts'

const pair = 'prometheus: { replicas: { a: mon-a, b: mon-b }, alertmanagers: [] }'

/** A cell with a pair and further components, `host` lines among the hosts. */
function cell(components: readonly string[], hosts: readonly string[] = []): string {
  const lines = [pair, ...components].map(line => `    ${line}\n`).join('')
  return `${head}${hosts.map(line => `  ${line}\n`).join('')}groups: { pair: [mon-*] }\ncells:\n  eu:\n${lines}`
}

const memories: Readonly<Record<string, RegExp>> = {
  '1': /^A number alone is in bytes\. Did you mean 1G\?$/,
  '"100"': /^A number alone is in bytes\. Did you mean 100M\?$/,
  '512MB': /^Write 512M\.$/,
  '2 gib': /^Write 2G\.$/,
  '1023K': /^Write a size like 512M\.$/,
  '1.5G': /^Write a whole number and K, M, G or T, like 512M\.$/,
}

const errors: Readonly<Record<string, Case>> = {
  'a host of per_host that is unknown': {
    text: prometheus('per_host: { §mon-x: { listen: self } }'),
    summary: /^per_host of prometheus names "mon-x", which is neither a host nor a group$/,
    remedy: /Did you mean "mon-[ab]"/,
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
  'a noncharacter in a variable': {
    text: cell(['exporters: { node: { environment: { A: §"a\\uFDD0" } } }']),
    summary: /^the variable A of exporters\.node holds U\+FDD0, which is not a character/,
  },
  'a noncharacter beyond the first plane': {
    text: cell(['exporters: { node: { environment: { A: §"\\U0001FFFE" } } }']),
    summary: /holds U\+1FFFE/,
  },
  'a control character in a variable': {
    text: cell(['exporters: { node: { environment: { A: §"a\\x7F" } } }']),
    summary: /^the variable A of exporters\.node holds a control character$/,
  },
  'a variable that Linux does not hand over': {
    text: cell([`exporters: { node: { environment: { A: §${'v'.repeat(131_070)} } } }`]),
    summary:
      /^the variable A of exporters\.node is longer than the 131072 bytes that Linux hands to a program$/,
  },
  'more memory than there is': {
    text: cell(['exporters: { node: { limits: { memory: §99999999999999999999T } } }']),
    summary: /^limits\.memory of exporters\.node: expected a size like 512M or 2G, from 1M to 1024T/,
  },
  'too little memory to start': {
    text: cell(['exporters: { node: { limits: { memory: §512 } } }']),
    summary: /from 1M to 1024T, saw "512"$/,
  },
  'more files than any kernel allows': {
    text: cell(['exporters: { node: { limits: { files: §1073741817 } } }']),
    summary: /expected a number of open files from 64 to 1073741816, saw 1073741817$/,
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
  ...Object.fromEntries(
    Object.entries({
      apache: 'telemetry.endpoint',
      cadvisor: 'prometheus_endpoint',
      sql: 'web.metrics-path',
      ssl: 'web.metrics-path',
    }).map(([key, flag]) => [
      `another path of ${key} on one host`,
      {
        text: cell([
          `exporters: { ${key}: { config: { a: b }, per_host: { mon-b: { flags: { ${flag}: §/m } } } } }`,
        ]).replace(/(apache|cadvisor): \{ config: \{ a: b \},/, '$1: {'),
        summary: new RegExp(
          `^exporters\\.${key} would serve different paths on host "mon-b" and on host "mon-a"$`,
        ),
        remedy: new RegExp(`"${flag}"`),
      },
    ]),
  ),
  'self behind an address that moves': {
    text: cell([
      'pushgateway: { active: mon-a, passive: mon-b, failover: { vip: 198.18.0.100/24 }, listen: §self }',
    ]),
    summary: /listens on 198\.18\.0\.1[12]:9091, which its address 198\.18\.0\.100 does not reach/,
    remedy: /Listen on 0\.0\.0\.0:9091/,
  },
  'another port behind an address that moves': {
    text: cell([
      'pushgateway: { active: mon-a, passive: mon-b, failover: { vip: 198.18.0.100/24 }, per_host: { mon-b: { listen: §0.0.0.0:9092 } } }',
    ]),
    summary: /listens on 0\.0\.0\.0:9092, which its address 198\.18\.0\.100 does not reach/,
    remedy: /Listen on 0\.0\.0\.0:9091/,
  },
  'one port for two programs of one host': {
    text: cell(['exporters: { node: { per_host: { mon-a: { listen: §self:9090 } } } }']),
    summary: /both want port 9090 of host "mon-a"/,
  },
  'the gossip of Alertmanager on a port that is taken': {
    text: alertmanager('per_host: { mon-a: { cluster_listen: §self:9093 } }'),
    summary: /both want port 9093 of host "mon-a"/,
  },
  'one port for the second address of a program and another program': {
    text: cell(['exporters: { node: { per_host: { mon-a: { listen: [self:9100, §127.0.0.1:9090] } } } }']),
    summary: /both want port 9090 of host "mon-a"/,
  },
  'one address twice': {
    text: cell(['exporters: { node: { listen: [self:9100, §198.18.0.12:9100] } }']),
    summary: /^listen of exporters\.node: 198\.18\.0\.12:9100 is there twice on host "mon-b"$/,
    remedy: /^Remove one of the two/,
  },
  'a wildcard beside an address of its port': {
    text: prometheus('listen: [127.0.0.1:9090, self:9091, §"[::]:9090"]'),
    summary: /^listen of prometheus: \[::\]:9090 is every address of the host, 127\.0\.0\.1 included$/,
  },
  'an address of a list that is none': {
    text: alertmanager('per_host: { mon-a: { listen: [self:9093, §selfish] } }'),
    summary: /^"listen": expected ADDRESS:PORT with an IP address, saw the text "selfish"$/,
  },
  'a list without an address': {
    text: prometheus('listen: §[]'),
    summary: /^"listen": expected at least one address, saw an empty list$/,
    remedy: /which means 0\.0\.0\.0:9090/,
  },
  'self in a list of a host whose address is a name': {
    text: cell(
      ['exporters: { node: { listen: [127.0.0.1:9100, §self:9101] } }'],
      ['app: { address: app.example.net }'],
    ),
    summary: /^listen of exporters\.node: "self" needs an IP address/,
  },
  'several addresses of a program that takes one': {
    text: cell(['exporters: { redis: { per_host: { mon-a: { listen: [self:9121, §127.0.0.1:9121] } } } }']),
    summary: /^listen of exporters\.redis: expected one address, saw 2$/,
    remedy: /0\.0\.0\.0:9121 for all addresses/,
  },
  'several addresses of the cluster': {
    text: alertmanager('cluster_listen: §[self:9094, 127.0.0.1:9094]'),
    summary: /"cluster_listen" of cells\.eu\.alertmanager: expected a text/,
  },
  'a first address behind an address that moves, which does not reach it': {
    text: cell([
      'pushgateway: { active: mon-a, passive: mon-b, failover: { vip: 198.18.0.100/24 }, listen: [§127.0.0.1:9092, 0.0.0.0:9091] }',
    ]),
    summary: /listens on 127\.0\.0\.1:9092, which its address 198\.18\.0\.100 does not reach/,
  },
  'a file of per_host that is not there': {
    text: cell(['exporters: { node: { per_host: { mon-a: { files: { a.pem: §none.pem } } } } }']),
    summary: /none\.pem" does not exist$/,
  },
  'a file of per_host that promha writes': {
    text: prometheus('per_host: { mon-a: { files: { §rules/mine.yml: a.pem } } }'),
    files: { 'a.pem': 'x' },
    summary: /^the name "rules\/mine\.yml" in files is used by promha itself \(rules\)$/,
  },
  'a file of per_host in a directory that is a file elsewhere': {
    text: alertmanager('files: { tls: a.pem }', 'per_host: { mon-a: { files: { §tls/b.pem: a.pem } } }'),
    files: { 'a.pem': 'x' },
    summary: /^the name "tls\/b\.pem" in files is in a directory, and "tls" is a file$/,
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
  for (const [memory, remedy] of Object.entries(memories))
    it(`does not take ${memory} for a limit of memory`, () =>
      tells({
        text: prometheus(`limits: { memory: §${memory} }`),
        summary: /^limits\.memory of prometheus: expected a size like 512M or 2G, from 1M to 1024T, saw /,
        remedy,
      }))

  for (const [name, each] of Object.entries(errors)) {
    it(`refuse ${name}`, () => tells(each))
  }

  it('warn of more open files than the kernel allows by default', async () => {
    const told = async (files: number) => {
      const { problems } = await read(cell([`exporters: { node: { limits: { files: ${files} } } }`]))
      return problems.map(({ severity, summary }) => [severity, summary])
    }
    assert.deepEqual(await told(1_048_576), [])
    assert.deepEqual(await told(1_048_577), [
      ['warning', 'limits.files of exporters.node: 1048577 is more than many kernels allow'],
    ])
  })

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
      ['mon-a', '198.18.0.11:9101', { a: '1', b: '2', c: '2' }],
      ['mon-b', '198.18.0.12:9101', { a: '1', b: '2', c: '3' }],
      ['app-1', '198.18.0.21:9300', { a: '1', b: '1' }],
      ['db', '0.0.0.0:9101', { a: '1', b: '1' }],
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

  it('have the first of several addresses be the one at which others reach the program', async () => {
    const { inventory, problems } = await read(
      cell(['exporters: { node: { listen: [self:9188, 127.0.0.1:9100, self:9189] } }']),
    )
    assert.deepEqual(problems, [])
    const node = inventory?.cells[0]?.exporters?.node_exporter ?? assert.fail()
    assert.deepEqual(
      listensOn(node, 'mon-b').map(({ address, port }) => `${address}:${port}`),
      ['198.18.0.12:9188', '127.0.0.1:9100', '198.18.0.12:9189'],
    )
    assert.deepEqual(wordsOn(node, 'mon-b').listen, { address: '198.18.0.12', port: 9188 })
    const { problems: warnings } = await read(
      cell(['exporters: { node: { listen: [127.0.0.1:9188, self:9189] } }']),
    )
    assert.deepEqual(
      warnings.map(({ summary, source }) => [summary, source?.text?.slice((source?.column ?? 0) - 1)]),
      [
        [
          'node_exporter of cell "eu" listens on 127.0.0.1:9188, which is reached from its own host only',
          '127.0.0.1:9188, self:9189] } }',
        ],
      ],
    )
  })

  it('give a host files of its own, which replace those of the same name', async () => {
    const files = '{ a.pem: all.pem, b.pem: all.pem }'
    const own = 'pair: { files: { b.pem: pair.pem, c.pem: pair.pem } }, mon-b: { files: { c.pem: b.pem } }'
    const { inventory, problems } = await read(
      cell(
        [`exporters: { node: { files: ${files}, per_host: { ${own} } } }`],
        ['app: { address: 198.18.0.21 }'],
      ),
      { 'all.pem': 'all', 'pair.pem': 'pair', 'b.pem': 'b' },
    )
    assert.deepEqual(problems, [])
    const node = inventory?.cells[0]?.exporters?.node_exporter ?? assert.fail()
    const on = (host: string) => filesOn(node, host).map(({ name, content }) => `${name} ${content}`)
    assert.deepEqual(on('app'), ['a.pem all', 'b.pem all'])
    assert.deepEqual(on('mon-a'), ['a.pem all', 'b.pem pair', 'c.pem pair'])
    assert.deepEqual(on('mon-b'), ['a.pem all', 'b.pem pair', 'c.pem b'])
  })

  it('take a file that each host has under a name as shipped, and warn of one that a single host has', async () => {
    const named = (per_host: string) =>
      read(
        prometheus(
          'remote_write: [{ url: "http://x/", authorization: { credentials_file: /etc/prometheus/key } }]',
          `per_host: { ${per_host} }`,
        ),
        { 'a.key': 'a', 'b.key': 'b' },
      )
    const a = 'mon-a: { files: { key: a.key } }'
    const { inventory, problems } = await named(`${a}, mon-b: { files: { key: b.key } }`)
    assert.deepEqual(problems, [])
    assert.equal(filesOn(inventory?.cells[0]?.prometheus ?? assert.fail(), 'mon-b')[0]?.content, 'b')
    const { problems: warnings } = await named(a)
    assert.match(warnings[0]?.summary ?? '', /"\/etc\/prometheus\/key" is not among the files/)
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

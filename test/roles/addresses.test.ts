import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { peersTable } from '../../roles/common/peers.ts'
import { firewallInstances, firewallTable } from '../../roles/firewall/role.ts'
import { haproxyConfig, haproxyInstances } from '../../roles/haproxy/role.ts'
import { keepalivedConfig, keepalivedInstances } from '../../roles/keepalived/role.ts'
import { wordEscape } from '../../roles/text/escape.ts'
import { renderTemplate } from '../../roles/text/render.ts'
import { until } from '../../src/lab/wait.ts'
import { removedFrom } from '../../src/plan/owned/owned.ts'
import { retiredInstance } from '../../src/plan/owned/retire.ts'
import { planInstance } from '../../src/plan/plan.ts'
import { proxyPeerPort } from '../../src/topology/address/proxy.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { blank, carriedOut } from '../plan/host.ts'
import { movingCell } from './moving.ts'

const cell = movingCell()
const all = [...keepalivedInstances(cell), ...haproxyInstances(cell), ...firewallInstances(cell)]

function proxyOf(host: string, of: CellTopology = cell) {
  return of.proxies.find(proxy => proxy.host === host) ?? assert.fail()
}

function frontendOf(name: string) {
  const all = cell.proxies.flatMap(({ frontends }) => frontends)
  return all.find(frontend => frontend.name === name) ?? assert.fail()
}

/** What stands in braces behind the head. */
function block(text: string, head: string): string {
  const at = text.indexOf(`${head} {\n`)
  assert.ok(at >= 0, head)
  return text.slice(at, text.indexOf('\n}', at))
}

describe('what comes from the host’s packages', () => {
  it('has a unit of promha’s own, on the hosts that need it', () => {
    assert.deepEqual(
      all.map(each => `${each.host} ${each.service.unit}`),
      [
        'mon-a promha-keepalived.service',
        'mon-b promha-keepalived.service',
        'mon-a promha-haproxy.service',
        'mon-b promha-haproxy.service',
        'app-01 promha-haproxy.service',
        'app-01 promha-firewall.service',
      ],
    )
  })

  it('puts nothing in a place from which promha would not dare to take it again', () => {
    for (const one of all) {
      const there = carriedOut(
        planInstance(one, blank, () => ''),
        blank,
      )
      const stamp = there.records.get(one.component) ?? assert.fail()
      const retired = retiredInstance(one.host, one.component, stamp)
      assert.deepEqual(removedFrom(retired, there).length, stamp.owned.length, one.component)
      assert.deepEqual(retired.health, one.health)
    }
  })

  it('has directories before what lies in them, and its service at last', () => {
    for (const { resources, service, component } of all) {
      assert.equal(resources.at(-1), service)
      const seen = new Set(['/usr/libexec', '/etc'])
      for (const resource of resources) {
        if (!('path' in resource)) continue
        assert.ok(seen.has(resource.path.replace(/\/[^/]*$/, '')), `${component}: ${resource.path}`)
        if (resource.kind === 'directory') seen.add(resource.path)
      }
    }
  })
})

describe('keepalived', () => {
  it('prefers the members in their order, and names the others as peers', () => {
    const [a, b] = ['mon-a', 'mon-b'].map(host => keepalivedConfig(cell, host))
    const priorities = (text = '') =>
      [...text.matchAll(/priority (\d+)/g)].map(([, number]) => Number(number))
    assert.deepEqual(priorities(a), [200, 190])
    assert.deepEqual(priorities(b), [190, 200])
    const own = block(b ?? '', 'vrrp_instance pushgateway')
    assert.match(
      own,
      /unicast_src_ip 198\.18\.0\.12\n {4}.*\n {4}unicast_peer \{\n {8}198\.18\.0\.11 min_ttl 255\n {4}\}/,
    )
    assert.match(a ?? '', /global_defs \{\n(?: {4}#.*\n)+ {4}vrrp_check_unicast_src\n/)
    // By IPv4 that is what it sends anyhow.
    assert.doesNotMatch(own, /unicast_ttl/)
    assert.match(own, /virtual_router_id 51\n/)
    assert.match(own, /state BACKUP\n {4}nopreempt\n/)
    // With its network it would become the address by which its holder speaks to others, who let in hosts' own only.
    assert.match(own, /virtual_ipaddress \{\n.*\n {8}198\.18\.0\.100\/32\n {4}\}/)
    const sixth = JSON.parse(JSON.stringify(cell).replaceAll('198.18.0.', 'fd00::'))
    assert.match(keepalivedConfig(sixth, 'mon-b'), /\n {4}unicast_ttl 255\n/)
    assert.match(keepalivedConfig(sixth, 'mon-b'), /virtual_ipaddress \{\n.*\n {8}fd00::100\/128\n {4}\}/)
  })

  it('asks the program itself on its own host', () => {
    assert.match(
      keepalivedConfig(cell, 'mon-a'),
      /vrrp_script loadbalancer \{\n {4}script "\S+\/promha-check 127\.0\.0\.1 8405 \/-\/ready\/loadbalancer"/,
    )
  })

  it('leaves an interface that is not given to the host', () => {
    const text = keepalivedConfig(cell, 'mon-a')
    assert.match(block(text, 'vrrp_instance pushgateway'), /interface @198\.18\.0\.100@\n/)
    assert.match(block(text, 'vrrp_instance loadbalancer'), /interface @198\.18\.0\.101@host0\n/)
  })

  it('speaks to no peer where it has none, which it would refuse', () => {
    const [first] = cell.movingAddresses
    assert.ok(first)
    const alone = { ...cell, movingAddresses: [{ ...first, members: first.members.slice(0, 1) }] }
    assert.doesNotMatch(keepalivedConfig(alone, 'mon-a'), /unicast_(peer|src_ip|ttl)/)
  })

  it('gives no member of three the same priority, and each all others as peers', () => {
    const [first] = cell.movingAddresses
    assert.ok(first)
    const members = [...first.members, { host: 'c', address: '198.18.0.13' }]
    const three = { ...cell, movingAddresses: [{ ...first, members }] }
    const texts = members.map(({ host }) => keepalivedConfig(three, host))
    assert.equal(new Set(texts.map(text => /priority (\d+)/.exec(text)?.[1])).size, 3)
    for (const text of texts) assert.equal(text.match(/^ {8}198\.18\.0\.1\d min_ttl 255$/gm)?.length, 2)
  })
})

describe('the check of keepalived’s config', () => {
  const directory = mkdtempSync(join(tmpdir(), 'promha-test-'))
  const at = (name: string) => join(directory, name)
  after(() => rmSync(directory, { recursive: true }))

  it('refuses a host on which another keepalived runs, which would hear nothing any more', async () => {
    const text = renderTemplate('keepalived', 'keepalived-prepare.sh', {})
    writeFileSync(at('prepare'), text.replace(/^PATH=.*$/m, `PATH=${directory}:/usr/bin:/bin`))
    for (const name of ['ip', 'keepalived']) writeFileSync(at(name), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
    writeFileSync(at('from'), 'global_defs {\n}\n')
    const checked = (active: boolean, ...alone: readonly string[]) => {
      const systemctl = `#!/bin/sh\n[ "$*" = "is-active --quiet keepalived.service" ] && exit ${active ? 0 : 3}\n`
      writeFileSync(at('systemctl'), systemctl, { mode: 0o755 })
      return promisify(execFile)('sh', [at('prepare'), at('from'), at('to'), ...alone]).then(
        () => '',
        ({ stderr }) => String(stderr),
      )
    }
    assert.match(
      await checked(true, 'alone'),
      /^keepalived\.service also runs on this host\..*disable --now keepalived/,
    )
    assert.equal(await checked(false, 'alone'), '')
    // Its unit asks nothing of the kind: what was right once is to start again.
    assert.equal(await checked(true), '')
  })
})

describe('the check of a service', () => {
  let server: Server
  let status = 200
  let port: number
  const directory = mkdtempSync(join(tmpdir(), 'promha-test-'))
  const script = join(directory, 'check')
  before(done => {
    writeFileSync(script, renderTemplate('keepalived', 'promha-check.sh', {}))
    server = createServer((_, response) => response.writeHead(status).end()).listen(0, '127.0.0.1', () => {
      port = (server.address() as AddressInfo).port
      done()
    })
  })
  after(() => {
    server.close()
    rmSync(directory, { recursive: true })
  })
  const well = () =>
    promisify(execFile)('bash', [script, '127.0.0.1', String(port), '/-/ready']).then(
      () => true,
      () => false,
    )

  it('ends well for 200 only', async () => {
    for (const [said, expected] of [
      [200, true],
      [503, false],
      [404, false],
    ] as const) {
      status = said
      assert.equal(await well(), expected, String(said))
    }
  })

  it('ends badly where nothing listens', async () => {
    await new Promise(resolve => server.close(resolve))
    assert.equal(await well(), false)
  })
})

describe('HAProxy', () => {
  it('goes to the first and stays with whom it went to last', () => {
    const text = haproxyConfig(cell, proxyOf('app-01'))
    assert.match(
      text,
      /server mon-a 198\.18\.0\.11:9091 check fall 3\n {4}server mon-b 198\.18\.0\.12:9091 check fall 3 backup\n/,
    )
    // With room for one entry only, none could ever be changed.
    assert.ok(Number(/type integer size (\d+)/.exec(text)?.[1]) > 1)
    // Until its peers have told it, it leads nobody anywhere: a reload would otherwise be a way back.
    assert.match(
      text,
      /listen pushgateway-door\n {4}mode tcp\n {4}bind 0\.0\.0\.0:9191\n {4}tcp-request inspect-delay/,
    )
  })

  it('keeps a client with its server, and prefers none of them', () => {
    const text = haproxyConfig(cell, proxyOf('mon-a'))
    const balancer = text.slice(text.indexOf('listen loadbalancer'))
    assert.match(balancer, /stick on src\n/)
    assert.doesNotMatch(balancer, /backup/)
  })

  it('leads each request that is written to the next one that is up, and keeps nobody with a server', () => {
    const text = haproxyConfig(cell, {
      ...proxyOf('app-01'),
      frontends: [{ ...frontendOf('loadbalancer'), name: 'cortex-write', balance: 'turns' }],
    })
    const relay = text.slice(text.indexOf('listen cortex-write'))
    assert.match(relay, /option httpchk GET \/-\/ready\n[\s\S]* {4}balance roundrobin\n/)
    assert.match(
      relay,
      /server mon-a 198\.18\.0\.11:9090 check fall 2\n {4}server mon-b 198\.18\.0\.12:9090 check fall 2\n/,
    )
    assert.doesNotMatch(relay, /stick|cookie|backup/)
  })

  it('binds an address that may be elsewhere, and no other, without having it', () => {
    const text = haproxyConfig(cell, proxyOf('mon-a'))
    const binds = [...text.matchAll(/^ {4}bind (.*)$/gm)].map(([, bind]) => bind)
    assert.deepEqual(
      binds.filter(bind => bind?.endsWith(' transparent')),
      ['198.18.0.101:9090 transparent'],
    )
  })

  it('tells all others of the cell whom it chose', () => {
    for (const proxy of cell.proxies) {
      const text = haproxyConfig(cell, proxy)
      for (const other of cell.proxies) {
        const line =
          other === proxy
            ? `    server ${other.host}\n`
            : `    server ${other.host} ${other.address}:${proxyPeerPort}\n`
        assert.ok(text.includes(line), line)
      }
    }
  })

  it('listens for its peers on its own host only where it has none', () => {
    const alone = { ...cell, proxies: [proxyOf('app-01')] }
    assert.match(haproxyConfig(alone, proxyOf('app-01')), /bind 127\.0\.0\.1:8406\n/)
    const ports = haproxyInstances(alone)[0]?.service.ports.slice(-2)
    assert.deepEqual(
      ports?.map(({ port, addresses }) => [port, addresses]),
      [
        [8405, ['127.0.0.1']],
        [8406, ['127.0.0.1']],
      ],
    )
  })

  it('runs as its own user from the start, and may bind a port below 1024 only if it has one', () => {
    const unitOf = (of: CellTopology) => {
      const unit = haproxyInstances(of)[0]?.resources.find(({ kind }) => kind === 'unit')
      return unit?.kind === 'unit' && typeof unit.content === 'string' ? unit.content : assert.fail()
    }
    assert.match(unitOf(cell), /^User=haproxy$/m)
    assert.doesNotMatch(unitOf(cell), /CAP_/)
    assert.doesNotMatch(haproxyConfig(cell, proxyOf('mon-a')), /^ {4}(user|group) /m)
    const low: CellTopology = JSON.parse(JSON.stringify(cell).replaceAll('9191', '191'))
    assert.match(unitOf(low), /^AmbientCapabilities=CAP_NET_BIND_SERVICE$/m)
  })

  it('takes a port on the addresses only that it binds', () => {
    const [instance] = haproxyInstances(cell)
    const port = instance?.service.ports.find(candidate => candidate.port === 9090)
    assert.deepEqual(port?.addresses, ['198.18.0.101'])
  })

  it('listens by IPv4 and IPv6 where the user has the Pushgateway do so', () => {
    const both = JSON.parse(JSON.stringify(cell).replaceAll('0.0.0.0', '::'))
    assert.match(haproxyConfig(both, proxyOf('app-01', both)), /bind ipv6@:::9191 v4v6\n/)
    assert.match(haproxyConfig(cell, proxyOf('app-01')), /bind 0\.0\.0\.0:9191\n/)
  })

  it('writes IPv6 addresses without brackets', () => {
    const text = JSON.parse(JSON.stringify(cell).replaceAll('198.18.0.', 'fd00::'))
    const config = haproxyConfig(text, proxyOf('mon-a', text))
    assert.match(config, /bind ipv6@fd00::101:9090 transparent\n/)
    // 0.0.0.0 would be IPv4's alone: nobody would hear the others, and nobody could push by a host's own address.
    assert.match(config, /peers promha\n {4}bind ipv6@:::8406 v4v6\n/)
    assert.match(config, /listen pushgateway-door\n {4}mode tcp\n {4}bind ipv6@:::9191 v4v6\n/)
    const [instance] = haproxyInstances(text)
    const free = instance?.service.ports.filter(({ addresses }) => addresses === undefined)
    assert.deepEqual(
      free?.map(({ port }) => port),
      [9191, 8406],
    )
    assert.match(config, /server mon-b ipv6@fd00::12:8406\n/)
  })
})

describe('the firewall', () => {
  const rules = (...wanted: Parameters<typeof firewallTable>[0]['rules']) =>
    firewallTable({ host: 'x', rules: wanted })
      .split('\n')
      .map(line => line.trim())
      .filter(line => line.endsWith(' drop'))
  const tcp = (port: number, ...from: string[]) =>
    ({ protocol: 'tcp', port, from, what: 'exporters' }) as const

  it('drops a port from all but those named, by IPv4 and by IPv6', () => {
    assert.deepEqual(rules(tcp(9100, '198.18.0.12', '198.18.0.11')), [
      'tcp dport 9100 ip saddr != { 198.18.0.11, 198.18.0.12 } drop',
      'meta nfproto ipv6 tcp dport 9100 drop',
    ])
    assert.deepEqual(rules(tcp(9100, 'fd00::1')), [
      'meta nfproto ipv4 tcp dport 9100 drop',
      'tcp dport 9100 ip6 saddr != { fd00::1 } drop',
    ])
  })

  it('opens a port to all whom any of its rules opens it to', () => {
    assert.deepEqual(
      rules(tcp(9100, '198.18.0.11'), tcp(9100, '198.18.0.12', '198.18.0.11'))[0],
      'tcp dport 9100 ip saddr != { 198.18.0.11, 198.18.0.12 } drop',
    )
  })

  it('lets everything else, what is established and the host itself pass', () => {
    const text = firewallTable({ host: 'x', rules: [tcp(9100, '198.18.0.11')] })
    assert.match(text, /policy accept;\n\s+ct state established,related accept\n\s+iif lo accept\n/)
  })

  it('refuses whom it cannot tell by an address', () => {
    assert.throws(() => rules(tcp(9100, 'mon-a.example.net')), RangeError)
  })
})

describe('what keepalived and HAProxy hear', () => {
  const drops = (...[program, members]: Parameters<typeof peersTable>) =>
    peersTable(program, members)
      .split('\n')
      .map(line => line.trim())
      .filter(line => line.endsWith(' drop'))

  it('is VRRP of the other members, and of those only from the same segment', () => {
    assert.deepEqual(drops('keepalived', ['198.18.0.12', '198.18.0.13']), [
      'meta l4proto 112 ip saddr != { 198.18.0.12, 198.18.0.13 } drop',
      'meta nfproto ipv6 meta l4proto 112 drop',
      'meta l4proto 112 ip ttl != 255 drop',
      'meta l4proto 112 ip6 hoplimit != 255 drop',
    ])
    assert.deepEqual(drops('keepalived', ['fd00::c']).slice(0, 2), [
      'meta nfproto ipv4 meta l4proto 112 drop',
      'meta l4proto 112 ip6 saddr != { fd00::c } drop',
    ])
  })

  it('is the other HAProxies, at the port of the peers', () => {
    assert.deepEqual(drops('haproxy', ['198.18.0.12', 'fd00::c']), [
      `tcp dport ${proxyPeerPort} ip saddr != { 198.18.0.12 } drop`,
      `tcp dport ${proxyPeerPort} ip6 saddr != { fd00::c } drop`,
    ])
  })

  it('is nothing where there are no others', () => {
    assert.deepEqual(drops('keepalived', []).slice(0, 2), [
      'meta nfproto ipv4 meta l4proto 112 drop',
      'meta nfproto ipv6 meta l4proto 112 drop',
    ])
  })

  it('is known by addresses only', () => {
    assert.throws(() => peersTable('haproxy', ['mon-b.example.net']), RangeError)
  })

  it('is closed by the units themselves, before they start and before they reload', () => {
    for (const { component, resources } of all) {
      if (component === 'firewall') continue
      const unit = resources.find(({ kind }) => kind === 'unit')
      assert.ok(unit?.kind === 'unit' && typeof unit.content === 'string')
      const lines = unit.content.split('\n')
      const first = (start: string) => lines.findIndex(line => line.startsWith(start))
      const load = `+/bin/sh -c 'cp /etc/promha/peers-${component}.nft /run/.promha-peers-${component} && mv -T /run/.promha-peers-${component} /run/promha-peers-${component}.nft && /usr/sbin/nft -f /etc/promha/peers-${component}.nft'`
      assert.ok(lines.includes(`ExecStartPre=${load}`) && lines.includes(`ExecReload=${load}`))
      assert.ok(lines.indexOf(`ExecReload=${load}`) < first("ExecReload=/bin/sh -c 'kill"))
      const file = resources.find(
        each => each.kind === 'file' && each.path.endsWith(`peers-${component}.nft`),
      )
      assert.ok(file?.kind === 'file' && file.effect === 'reload')
    }
  })

  it('is let in by the address that the others know', () => {
    const found = haproxyInstances(cell).map(({ admission }) => admission)
    assert.deepEqual(found[0], { own: '198.18.0.11', to: ['198.18.0.12', '198.18.0.21'] })
  })
})

describe('the watch of the tables', function () {
  this.timeout(60_000)
  const directory = mkdtempSync(join(tmpdir(), 'promha-test-'))
  const at = (name: string) => join(directory, name)
  after(() => rmSync(directory, { recursive: true }))

  it('puts back what was changed and says so, and says nothing of what the unit itself loaded', async () => {
    // What nft would keep in the kernel lies in a file, and what it would tell of it is appended to another.
    const nft = `#!/bin/sh
case "$*" in
  '-s list table inet promha') cat ${at('table')} ;;
  monitor) exec tail -n 0 -f ${at('events')} ;;
  -f*) cp "$2" ${at('table')}; echo "$2" >>${at('loads')} ;;
esac
`
    writeFileSync(at('nft'), nft, { mode: 0o755 })
    const script = renderTemplate('firewall', 'firewall-watch.sh', {})
    writeFileSync(at('watch'), script.replace(/^PATH=.*$/m, `PATH=${directory}:$PATH`))
    for (const name of ['rules', 'table']) writeFileSync(at(name), 'old')
    for (const name of ['events', 'loads', 'said']) writeFileSync(at(name), '')
    const once = spawn('sh', [at('watch'), at('rules'), 'once'], { stdio: 'ignore' })
    assert.equal(await new Promise(resolve => once.once('exit', resolve)), 0)
    assert.equal(readFileSync(at('loads'), 'utf8'), `${at('rules')}\n`)
    writeFileSync(at('loads'), '')
    // Its listeners go with it.
    const watch = spawn('sh', ['-c', `exec sh ${at('watch')} ${at('rules')} >${at('said')}`], {
      detached: true,
      stdio: 'ignore',
    })
    const read = (name: string) => readFileSync(at(name), 'utf8')
    const loads = (count: number) =>
      until(`${count} loads`, 30_000, async () => read('loads').split('\n').length > count)
    const told = () => appendFileSync(at('events'), 'delete table inet promha\n')
    try {
      await loads(2)
      assert.equal(read('said'), '')
      for (const name of ['rules', 'table']) writeFileSync(at(name), 'new')
      told()
      await loads(4)
      assert.equal(read('said'), '')
      // Where it was not done with its own loads yet, it puts that back without a word.
      await until('it to be said', 10_000, async () => {
        if (read('table') === 'new') {
          writeFileSync(at('table'), 'strange')
          told()
        }
        return read('said') !== ''
      })
      assert.match(read('said'), /^(restored a table of promha that was changed or removed\n)+$/)
      await until('it to be put back', 10_000, async () => read('table') === 'new')
    } finally {
      process.kill(-(watch.pid ?? assert.fail()), 'SIGKILL')
    }
  })
})

describe('a config of words', function () {
  this.timeout(30_000)
  it('holds nothing that could end a word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        try {
          assert.equal(wordEscape(text), text)
          assert.match(text, /^[\w.:@/+-]+$/)
        } catch (problem) {
          assert.ok(problem instanceof TypeError)
        }
      }),
    )
    assert.equal(wordEscape(['a:1', 'b']), 'a:1 b')
    assert.throws(() => wordEscape(['a', 'b c']), TypeError)
    for (const text of ['a b', 'a\nb', 'a"', '{', '#', '', '$x', 'a;b', 'a,b'])
      assert.throws(() => wordEscape(text), TypeError)
  })
})

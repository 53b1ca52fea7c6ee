/**
 * Several addresses that move among the hosts of one pair, and HAProxy where none can: who has them, who keeps them, and
 * that a pair goes on serving while they come and go.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import type { Document } from '../../../src/report/format/document.ts'
import { useFleet } from '../support/fleet.ts'
import { lookOnce } from '../support/look.ts'
import { cursor, holdersOf, moveTo, said, untilHeld } from '../support/network/vips.ts'
import { snapshot } from '../support/observe.ts'
import { overlap, watchOutages } from '../support/outage.ts'
import { converged } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

const pair = ['mon-a', 'mon-b'] as const
type Half = (typeof pair)[number]

describe('addresses that move, and what leads to whoever is up', function () {
  this.timeout(240_000)
  const fleet = useFleet({ bare: true })
  let site: Site

  const at = (last: number) => fleet.host('mon-a').address.replace(/\d+$/, String(last))
  const last = { pushgateway: 100, loadbalancer: 101, blackbox: 102 } as const
  const vip = (name: keyof typeof last) => at(last[name])
  const vips = () => Object.values(last).map(at)
  const ownUrl = (host: string) => `http://${fleet.host(host).address}:9090/-/ready`
  const balanced = () => `http://${vip('loadbalancer')}:9090`

  const write = (change: (cell: Record<string, unknown>) => void) =>
    site.edit(draft => change(draft.cells.lab as unknown as Record<string, unknown>))

  const checksOf = ({ checks = [] }: Pick<Document, 'checks'>, id: string) => {
    const found = checks.filter(check => check.id === id)
    assert.ok(found.length > 0, `no ${id}`)
    return found.map(({ target, status, detail }) => `${target} ${status} ${detail}`)
  }

  /** Which hosts serve as Prometheus all the while, asked at their own addresses: never none. */
  async function neverBothDown<T>(work: () => Promise<T>): Promise<T> {
    const watch = watchOutages(pair.map(ownUrl))
    let seen: Awaited<ReturnType<typeof watch.stop>> = []
    const result = await work().finally(async () => {
      seen = await watch.stop()
    })
    const [first = [], second = []] = seen
    assert.deepEqual(overlap(first, second), [])
    return result
  }

  before(async () => {
    site = await makeSite(fleet)
    converged(await site.run('apply', '--json'))
  })
  after(async () => {
    await fleet.onAll('nft delete table inet lab_cut 2>/dev/null || :', pair)
    await site?.remove()
  })

  it('come to a pair that runs, with every other role, without both replicas down', async () => {
    await write(cell =>
      Object.assign(cell, {
        pushgateway: { active: 'mon-a', passive: 'mon-b', failover: { vip: `${vip('pushgateway')}/24` } },
        blackbox: {
          hosts: pair,
          failover: { vip: `${vip('blackbox')}/24` },
          modules: { web: { prober: 'http', timeout: '1s' } },
          probes: [{ module: 'web', targets: [`${ownUrl('mon-a')}`] }],
        },
        loadbalancer: { hosts: pair, vip: `${vip('loadbalancer')}/24` },
        firewall: { enabled: true },
      }),
    )
    const { stdout: explained } = await site.run('plan', '-v')
    assert.match(
      explained,
      /\d+\. haproxy on mon-a\n\s+after prometheus on mon-a, mon-b.*: haproxy forwards to these programs/,
    )
    const document = converged(await neverBothDown(() => site.run('apply', '--json')))
    assert.deepEqual(
      checksOf(document, 'vip.one_holder').map(line => line.replace(/^(\S+) (\S+) mon-[ab] has .*/, '$1 $2')),
      ['lab/pushgateway pass', 'lab/blackbox pass', 'lab/loadbalancer pass'],
    )
    for (const host of pair) {
      const sockets = await fleet.inside(host, 'cat /proc/net/tcp /proc/net/tcp6')
      // 9090 on all addresses is nobody's.
      assert.doesNotMatch(sockets, /: 0+:2382 /)
    }
    const configs = await fleet.onAll(
      "awk '/^vrrp_instance/ {name = $2} /virtual_router_id/ {print name, $2}' /etc/promha/keepalived.conf",
      pair,
    )
    assert.equal(configs[0], configs[1])
    const ids = (configs[0] ?? '').split('\n').map(line => line.split(' ')[1])
    assert.equal(new Set(ids).size, 3, configs[0])
    assert.equal(converged(await site.run('apply', '--json')).changed, 0)
    assert.equal((await site.run('drift')).code, 0)
  })

  it('have one holder each, which keeps them when the first one comes back', async () => {
    for (const [from, to] of [pair, [...pair].reverse()] as const) {
      await moveTo(fleet, from as Half, pair, vips())
      const seen = await fleet.onAll(cursor, pair)
      // What answers on the host is gone, not keepalived: it is to notice by itself.
      await fleet.inside(from as Half, 'systemctl stop pushgateway')
      await untilHeld(fleet, [vip('pushgateway')], pair, [to as Half])
      for (const other of ['blackbox', 'loadbalancer'] as const)
        assert.deepEqual(await holdersOf(fleet, vip(other), pair), [from])
      await fleet.inside(from as Half, 'systemctl start pushgateway')
      const index = pair.indexOf(from as Half)
      await until(`${from} to be well again`, 20_000, async () => {
        return (await said(fleet, from as Half, seen[index] ?? '', '(pushgateway) Entering BACKUP STATE')) > 0
      })
      // Whoever would take it back does so within three advertisements and a bit.
      const end = Date.now() + 4500
      await until('the time of a preemption to pass', 10_000, async () => {
        assert.deepEqual(await holdersOf(fleet, vip('pushgateway'), pair), [to])
        return Date.now() > end
      })
    }
  })

  it('stay with whoever has them while the other member moves to another host, and back', async () => {
    const hosts = [...pair, 'app-01'] as const
    const [holder = ''] = await holdersOf(fleet, vip('pushgateway'), pair)
    const seen = await fleet.onAll(cursor, hosts)
    for (const members of [
      { active: 'app-01', passive: holder },
      { active: 'mon-a', passive: 'mon-b' },
    ]) {
      await write(cell => Object.assign(cell.pushgateway as object, members))
      converged(await site.run('apply', '--json'))
      assert.deepEqual(await holdersOf(fleet, vip('pushgateway'), hosts), [holder])
    }
    // Whoever comes would take it where it began before the holder knew of it.
    for (const [index, host] of hosts.entries())
      assert.equal(await said(fleet, host, seen[index] ?? '', '(pushgateway) Entering MASTER STATE'), 0, host)
  })

  it('of the load balancer keep a client with one replica, and survive the loss of either', async () => {
    // A process is told by when it began.
    const startAt = async (origin: string): Promise<string> => {
      const answer = await fetch(`${origin}/api/v1/status/runtimeinfo`, {
        headers: { connection: 'close' },
        signal: AbortSignal.timeout(3000),
      })
      assert.equal(answer.status, 200)
      return ((await answer.json()) as { data: { startTime: string } }).data.startTime
    }
    const whom = () => startAt(balanced())
    const startOf = (host: string) => startAt(`http://${fleet.host(host).address}:9090`)
    for (const round of [1, 2]) {
      const starts = await Promise.all(pair.map(startOf))
      const first = await whom()
      for (let asked = 0; asked < 10; asked++) assert.equal(await whom(), first)
      const lost = pair[starts.indexOf(first)] ?? assert.fail(`${first} is none of ${starts.join()}`)
      const kept = pair.find(host => host !== lost) ?? assert.fail()
      const watch = watchOutages([`${balanced()}/-/ready`])
      await fleet.inside(lost, 'systemctl kill --signal=KILL prometheus; systemctl stop prometheus')
      await until('the other replica to answer', 10_000, () =>
        whom().then(
          start => start === starts[pair.indexOf(kept)],
          () => false,
        ),
      )
      const [outages = []] = await watch.stop()
      for (const { from, to } of outages) assert.ok(to - from < 5000, `out for ${to - from} ms`)
      if (round === 1) {
        await until(`both HAProxies to see ${lost} down`, 10_000, async () => (await seenUp(lost)) === 0)
        const checks = await lookOnce(site.inventory)
        assert.match(
          checksOf({ checks }, 'loadbalancer.answers').join(),
          new RegExp(
            `^lab fail .*:9090 answers, but loadbalancer of ${lost} is not up behind the HAProxy of mon-a`,
          ),
        )
      }
      await fleet.inside(lost, 'systemctl start prometheus')
      await until(`both to see ${lost} up`, 60_000, async () => (await seenUp(lost)) === 2)
      assert.equal(await whom(), starts[pair.indexOf(kept)])
    }
  })

  /** What a program of the host answers to the host itself, which the firewall lets in. */
  const told = (host: string, port: number, path: string) =>
    fleet.inside(
      host,
      `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}; printf "GET ${path} HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3'`,
    )

  /** How many of the two HAProxies see the replica up; `UP 1/2` is still up, and about to be down. */
  async function seenUp(host: string): Promise<number> {
    const seen = await Promise.all(pair.map(one => told(one, 8405, '/-/statistics;csv')))
    return seen.filter(text => new RegExp(`^loadbalancer,${host},.*,UP[ ,]`, 'm').test(text)).length
  }

  it('that two hosts have at once, or none, are told', async () => {
    await moveTo(fleet, 'mon-a', pair, vips())
    await fleet.onAll(
      `nft add table inet lab_cut; nft add chain inet lab_cut in '{ type filter hook input priority -300; }'; nft add rule inet lab_cut in ip protocol 112 drop`,
      pair,
    )
    await untilHeld(fleet, vips(), pair, pair)
    const both = await lookOnce(site.inventory)
    const names = ['pushgateway', 'blackbox', 'loadbalancer'] as const
    assert.deepEqual(
      checksOf({ checks: both }, 'vip.one_holder'),
      names.map(name => `lab/${name} fail mon-a and mon-b have ${vip(name)} at once`),
    )
    await fleet.onAll('nft delete table inet lab_cut', pair)
    // They hear each other again, and one of them gives way.
    for (const address of vips())
      await until(`one holder of ${address}`, 20_000, async () => {
        return (await holdersOf(fleet, address, pair)).length === 1
      })
    // Each is where it should be, and would be nowhere without that host.
    await fleet.inside('mon-b', 'systemctl stop promha-keepalived')
    await untilHeld(fleet, vips(), pair, ['mon-a'])
    const alone = await lookOnce(site.inventory)
    assert.deepEqual(
      checksOf({ checks: alone }, 'vip.one_holder'),
      names.map(
        name =>
          `lab/${name} fail mon-a has ${vip(name)}, but keepalived of mon-b does not run (systemd says inactive) and could not take it over`,
      ),
    )
    await fleet.inside(
      'mon-b',
      'mv /etc/promha/keepalived.conf /etc/promha/elsewhere; systemctl start promha-keepalived || :',
    )
    try {
      const { status = [] } = (await site.run('status', '--json')).document()
      const shown = status.filter(({ component }) => component === 'keepalived')
      assert.deepEqual(
        shown.map(({ host, health, note }) => [host, health, note.replace(/^has .*/, 'has them')]),
        [
          ['mon-a', 'ready', 'has them'],
          ['mon-b', 'not ready', 'systemd says activating'],
        ],
      )
    } finally {
      await fleet.inside('mon-b', 'mv /etc/promha/elsewhere /etc/promha/keepalived.conf')
    }
    await fleet.onAll('systemctl stop promha-keepalived', pair)
    const none = await lookOnce(site.inventory)
    assert.deepEqual(
      checksOf({ checks: none }, 'vip.one_holder'),
      names.map(name => `lab/${name} fail no host has ${vip(name)}`),
    )
    // Not running is drift, which one apply mends.
    assert.equal((await site.run('drift')).code, 2)
    converged(await site.run('apply', '--json'))
  })

  it('are refused where a host is in none of their network, before anything is changed', async () => {
    const was = await snapshot(fleet, pair)
    const elsewhere = at(100).replace(/\.\d+\.(\d+)$/, '.255.$1')
    const set = (address: string) =>
      write(cell => {
        ;(cell.pushgateway as { failover: { vip: string } }).failover.vip = address
      })
    await set(`${elsewhere}/16`)
    const { code, stderr } = await site.run('apply')
    assert.equal(code, 1)
    assert.match(stderr, new RegExp(`${elsewhere} cannot move to this host: it lies in none of its networks`))
    assert.match(stderr, /mon-a/)
    // One that another machine has already would be torn away from it, and each would answer some.
    const taken = at(104)
    await fleet.inside('app-02', `ip address add ${taken}/24 dev host0`)
    try {
      await set(`${taken}/24`)
      const refused = await site.run('apply')
      assert.equal(refused.code, 1)
      assert.match(refused.stderr, new RegExp(`${taken} cannot move to this host: another machine has it`))
    } finally {
      await fleet.inside('app-02', `ip address del ${taken}/24 dev host0`)
    }
    assert.deepEqual(await snapshot(fleet, pair), was)
    await set(`${vip('pushgateway')}/24`)
  })

  it('are kept where HAProxy would not get the port at which it is to take over', async () => {
    const was = await snapshot(fleet, pair)
    const listener = 'systemd-run --quiet --unit lab-listener systemd-socket-activate -l 9191 --inetd -a cat'
    await fleet.inside('mon-a', listener)
    try {
      await write(cell => {
        ;(cell.pushgateway as { failover: unknown }).failover = { haproxy: { port: 9191 } }
      })
      const { code, stderr } = await site.run('apply')
      assert.notEqual(code, 0)
      assert.match(stderr, /port 9191\/tcp is taken by/)
      assert.deepEqual((await snapshot(fleet, pair))['mon-a'], was['mon-a'])
      assert.equal((await holdersOf(fleet, vip('pushgateway'), pair)).length, 1)
    } finally {
      await fleet.inside('mon-a', 'systemctl stop lab-listener')
    }
  })

  it('may be none: HAProxy leads to the active one, does not go back by itself, and forgets nothing', async () => {
    await write(cell => {
      ;(cell.pushgateway as { failover: unknown }).failover = { haproxy: { port: 9191 } }
      ;(cell.blackbox as { failover: unknown }).failover = { haproxy: { port: 9192 } }
    })
    const [holder] = await holdersOf(fleet, vip('loadbalancer'), pair)
    const lines = await fleet.onAll(cursor, pair)
    const document = converged(await site.run('apply', '--json'))
    // keepalived is reloaded where addresses come or go, which moves no other.
    assert.deepEqual(await holdersOf(fleet, vip('loadbalancer'), pair), [holder])
    for (const [index, host] of pair.entries())
      if (host !== holder)
        assert.equal(await said(fleet, host, lines[index] ?? '', 'Entering MASTER STATE'), 0)
    assert.deepEqual(
      checksOf(document, 'haproxy.servers').map(line => line.split(' ')[1]),
      ['pass', 'pass'],
    )
    for (const gone of ['pushgateway', 'blackbox'] as const)
      assert.deepEqual(await holdersOf(fleet, vip(gone), pair), [])
    const through = (host: string) => `http://${fleet.host(host).address}:9191`
    const activeBy = async (host: string) => {
      const answer = await fetch(`${through(host)}/api/v1/status`, {
        headers: { connection: 'close' },
        signal: AbortSignal.timeout(5000),
      })
      const { data } = (await answer.json()) as { data: { start_time: string } }
      return data.start_time
    }
    const startOf = async (host: string) => {
      const [, body = ''] = (await told(host, 9091, '/api/v1/status')).split('\r\n\r\n')
      const { data } = JSON.parse(body) as { data: { start_time: string } }
      return data.start_time
    }
    const ledTo = async () => {
      const [a, b] = await Promise.all(pair.map(startOf))
      const led = await Promise.all(pair.map(activeBy))
      return led.map(start => (start === a ? 'mon-a' : start === b ? 'mon-b' : start))
    }
    const [active] = await ledTo()
    assert.deepEqual(await ledTo(), [active, active])
    const passive = pair.find(host => host !== active) ?? assert.fail()
    await fleet.inside(active as Half, 'systemctl stop pushgateway')
    const takenOver = await startOf(passive)
    await until(`HAProxy to lead to ${passive}`, 10_000, () =>
      Promise.all(pair.map(activeBy)).then(
        led => led.every(start => start === takenOver),
        () => false,
      ),
    )
    await fleet.inside(active as Half, 'systemctl start pushgateway')
    await until('both Pushgateways to be up behind HAProxy', 20_000, async () => {
      const checks = await lookOnce(site.inventory)
      return checksOf({ checks }, 'haproxy.servers').every(line => line.includes(' pass '))
    })
    assert.deepEqual(await ledTo(), [passive, passive])
    const { status = [] } = converged(await site.run('status', '--json'))
    const shown = status.filter(({ component }) => component === 'pushgateway')
    assert.deepEqual(
      shown.map(({ host, note }) => [host, note]),
      pair.map(host => [host, host === passive ? 'active' : '']),
    )
    for (const host of pair) {
      await fleet.inside(host, 'systemctl reload promha-haproxy')
      assert.deepEqual(await ledTo(), [passive, passive])
    }
    await fleet.inside('mon-a', 'systemctl restart promha-haproxy')
    await until('HAProxy of mon-a to answer', 10_000, () =>
      activeBy('mon-a').then(
        () => true,
        () => false,
      ),
    )
    assert.deepEqual(await ledTo(), [passive, passive])
    assert.equal((await site.run('drift')).code, 0)
  })

  it('lead to three replicas as to two', async () => {
    await write(cell => {
      const prometheus = cell.prometheus as { replicas: unknown }
      prometheus.replicas = { a: 'mon-a', b: 'mon-b', c: 'app-01' }
      Object.assign(cell.loadbalancer as object, { hosts: [...pair, 'app-01'] })
      ;(cell.pushgateway as { failover: unknown }).failover = { vip: `${vip('pushgateway')}/24` }
    })
    const document = converged(await site.run('apply', '--json'))
    assert.match(
      checksOf(document, 'loadbalancer.answers').join(),
      /pass .* answers; mon-a and mon-b and app-01 are up behind it/,
    )
    assert.equal(converged(await site.run('apply', '--json')).changed, 0)
    // Of three, two may go.
    await fleet.onAll('systemctl stop prometheus promha-keepalived', pair)
    await untilHeld(fleet, [vip('loadbalancer')], [...pair, 'app-01'], ['app-01'])
    await until('the third to answer', 10_000, () =>
      fetch(`${balanced()}/-/ready`, { signal: AbortSignal.timeout(2000) }).then(
        ({ status }) => status === 200,
        () => false,
      ),
    )
    await fleet.onAll('systemctl start prometheus promha-keepalived', pair)
  })

  it('lead to one replica too, which is warned of', async () => {
    await write(cell => {
      const prometheus = cell.prometheus as { replicas: unknown }
      prometheus.replicas = { a: 'mon-a' }
    })
    const { code, stdout, stderr, document } = await site.run('apply', '--json')
    assert.equal(code, 0, stdout + stderr)
    assert.match(stderr, /one replica/)
    assert.match(
      checksOf(document(), 'loadbalancer.answers').join(),
      /pass .* answers; mon-a is up behind it$/,
    )
  })

  it('go again, and Prometheus takes its port back, without both replicas down', async () => {
    await write(cell => {
      // The second replica comes back, and the first one leaves its port only then.
      ;(cell.prometheus as { replicas: unknown }).replicas = { a: 'mon-a', b: 'mon-b' }
      delete cell.loadbalancer
    })
    converged(await neverBothDown(() => site.run('apply', '--json')))
    assert.deepEqual(await holdersOf(fleet, vip('loadbalancer'), pair), [])
    for (const host of pair)
      assert.match(await fleet.inside(host, 'cat /proc/net/tcp /proc/net/tcp6'), /: 0+:2382 /)
  })

  it('leave nothing behind', async () => {
    converged(await site.run('destroy', '--yes', '--purge-data', '--json'))
    for (const host of fleet.names) {
      const left = await fleet.inside(
        host,
        `ip -o -4 address show host0 | awk '{print $4}'
         ls -A /etc/systemd/system /usr/libexec/keepalived /etc/promha /run/promha-keepalived /run/promha-haproxy /var/lib/promha 2>/dev/null | grep -E 'promha|keepalived|haproxy|push|black|prom' || :
         getent passwd promha-check pushgateway blackbox-exp prometheus alertmanager node-exp || :
         nft list tables 2>/dev/null | grep promha || :
         systemctl list-units --all --plain --no-legend 'promha*' 'push*' 'blackbox*'`,
      )
      assert.equal(left.trim(), `${fleet.host(host).address}/24`)
    }
  })
})

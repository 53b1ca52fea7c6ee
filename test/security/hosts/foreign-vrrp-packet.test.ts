/** An advertisement that no member has sent takes no address, however high its priority. */
import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { execa } from 'execa'
import { after, before, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import { useFleet } from '../../e2e/support/fleet.ts'
import { cursor, holdersOf, said, untilHeld } from '../../e2e/support/network/vips.ts'
import { converged } from '../../e2e/support/promha.ts'
import { makeSite, type Site } from '../../e2e/support/site.ts'
import { type Forged, sendRaw, sendRaw6 } from './support/raw-packet.ts'
import { advertisement, advertisement6, vrrp } from './support/vrrp.ts'

const pair = ['mon-a', 'mon-b'] as const
const multicast = '224.0.0.18'
/** Half seconds: twice as long as a member waits before it takes an address of which it hears nothing. */
const rounds = 16

describe('a foreign VRRP packet', function () {
  this.timeout(180_000)
  const fleet = useFleet()
  let site: Site

  const at = (last: number) => fleet.host('mon-a').address.replace(/\d+$/, String(last))
  const addressOf = (host: string) => fleet.host(host).address
  const machine = () => at(1)
  /** The eight numbers of an address in a /64 that only this lab has, as only it has its /24. */
  const words6 = (last: number) => {
    const [, second = 0, third = 0] = machine().split('.').map(Number)
    return [0xfd00, 0x198, second * 256 + third, 0, 0, 0, 0, last]
  }
  const sixth = (last: number) => {
    const [first, second, third, ...rest] = words6(last).map(word => word.toString(16))
    return `${first}:${second}:${third}::${rest.at(-1)}`
  }
  const bridge = () => {
    const all = Object.entries(networkInterfaces())
    return all.find(([, own = []]) => own.some(({ address }) => address === machine()))?.[0] ?? assert.fail()
  }
  const vip = () => at(100)

  before(async () => {
    site = await makeSite(fleet)
    await site.edit(draft => {
      const failover = { vip: `${vip()}/24` }
      Object.assign(draft.cells, { lab: { pushgateway: { active: 'mon-a', passive: 'mon-b', failover } } })
    })
    converged(await site.run('apply', '--json'))
    // Before anything that a member could be made to drop: what arrives, whoever it is from.
    await fleet.onAll(`nft '${arrivals()}'`, pair)
  })
  after(async () => {
    await fleet.onAll('nft delete table inet seen 2>/dev/null || :', pair)
    await fleet.onAll('ip -6 address flush dev host0 scope global', pair)
    // Fails if the test that adds it was not reached.
    await execa('ip', ['address', 'del', `${sixth(1)}/64`, 'dev', bridge()], { reject: false })
    await site?.remove()
  })

  const counted = (chain: string, hook: string, from: string, name: string) =>
    `counter ${name} { }; chain ${chain} { type filter hook ${hook}; meta l4proto 112 ip saddr ${from} counter name ${name}; };`
  const arrivals = () =>
    `table inet seen { ${counted('first', 'prerouting priority -300', machine(), 'arrived')} ${counted('last', 'input priority 100', machine(), 'passed')} }`
  const packets = async (host: string, name: string) =>
    Number(/packets (\d+)/.exec(await fleet.inside(host, `nft list counter inet seen ${name}`))?.[1])

  const forge = (from: string, ttl = 255): readonly Forged[] =>
    [...pair.map(addressOf), multicast].flatMap(to =>
      ([2, 3] as const).map(version => ({
        ...{ from, to, ttl, protocol: vrrp },
        payload: advertisement({ version, router: 100, address: vip(), from, to }),
      })),
    )

  /** Who has the address all the while, and that neither has given it up or taken it. */
  async function unmoved(work: () => Promise<void>, address = vip()): Promise<void> {
    const [holder = ''] = await holdersOf(fleet, address, pair)
    assert.notEqual(holder, '')
    const since = await fleet.onAll(cursor, pair)
    const all: (readonly string[])[] = []
    let done = false
    const watching = (async () => {
      while (!done) all.push(await holdersOf(fleet, address, pair))
    })()
    await work().finally(() => {
      done = true
      return watching
    })
    assert.deepEqual(new Set(all.map(String)), new Set([holder]))
    for (const [index, host] of pair.entries())
      for (const words of ['Entering BACKUP STATE', 'Entering MASTER STATE'])
        assert.equal(await said(fleet, host, since[index] ?? '', words), 0, `${host}: ${words}`)
  }

  it('arrives, takes the address from no member and does not even reach keepalived', async () => {
    await unmoved(() => sendRaw(bridge(), rounds, forge(machine())))
    for (const host of pair) {
      // Of both versions, by unicast; by multicast too where the host listens to that.
      assert.ok((await packets(host, 'arrived')) >= rounds * 2)
      assert.equal(await packets(host, 'passed'), 0)
    }
  })

  it('is not a member’s own once a router has passed it on', async () => {
    // What only members see cannot be guessed from elsewhere, but their addresses can.
    for (const from of pair) await unmoved(() => sendRaw(bridge(), rounds, forge(addressOf(from), 254)))
  })

  it('is refused by keepalived itself where somebody has taken the table away', async () => {
    // One at a time: keepalived 2.2.7 puts off its own advertisement with each packet that it refuses, so that many of them
    // make the others take over. Only the table keeps those out.
    await fleet.onAll(
      'systemctl kill --signal=STOP promha-firewall; nft delete table inet promha_peers',
      pair,
    )
    try {
      await unmoved(() => sendRaw(bridge(), 1, forge(machine())))
      for (const host of pair) assert.ok((await packets(host, 'passed')) >= 2)
      for (const from of pair) await unmoved(() => sendRaw(bridge(), 1, forge(addressOf(from), 254)))
      const { code, document } = await site.run('verify', '--json')
      assert.equal(code, 4)
      const found = document().checks?.filter(({ id }) => id === 'peers.closed') ?? []
      const expected = pair.map(
        host => `${host}/peers fail the chain keepalived of the table inet promha_peers is not loaded`,
      )
      assert.deepEqual(
        found.map(({ target, status, detail }) => `${target} ${status} ${detail}`),
        expected,
      )
    } finally {
      await fleet.onAll('systemctl kill --signal=CONT promha-firewall', pair)
    }
    await until('the table to be back', 10_000, async () => {
      const tables = await fleet.onAll('nft list tables', pair)
      return tables.every(text => text.includes('inet promha_peers'))
    })
    converged(await site.run('verify', '--json'))
  })

  it('does not keep a member from taking over, nor the table from being there after a flush and a restart', async () => {
    await fleet.onAll('nft flush ruleset', pair)
    const [first = ''] = await holdersOf(fleet, vip(), pair)
    const other = pair.find(host => host !== first) ?? ''
    await fleet.inside(first, 'systemctl stop promha-keepalived')
    await untilHeld(fleet, [vip()], pair, [other])
    // Where keepalived does not run, nothing is closed.
    assert.doesNotMatch(await fleet.inside(first, 'nft list tables'), /promha_peers/)
    await fleet.inside(first, 'systemctl start promha-keepalived')
    converged(await site.run('verify', '--json'))
    assert.equal(converged(await site.run('apply', '--json')).changed, 0)
  })

  it('takes no address by IPv6 either, where a member is heard and takes over as well', async () => {
    const given = { 'mon-a': 0x11, 'mon-b': 0x12 } as const
    for (const host of pair)
      await fleet.inside(host, `ip address add ${sixth(given[host])}/64 dev host0 nodad`)
    await execa('ip', ['address', 'replace', `${sixth(1)}/64`, 'dev', bridge(), 'nodad'])
    await site.edit(draft => {
      for (const host of pair)
        Object.assign(draft.hosts[host] ?? {}, {
          address: sixth(given[host]),
          ssh: { host: addressOf(host) },
        })
      const failover = { vip: `${sixth(0x64)}/64` }
      Object.assign(draft.cells, { lab: { pushgateway: { active: 'mon-a', passive: 'mon-b', failover } } })
    })
    converged(await site.run('apply', '--json'))
    const address = sixth(0x64)
    await unmoved(
      () =>
        sendRaw6(bridge(), rounds, {
          to: pair.map(host => sixth(given[host])),
          hops: 255,
          protocol: vrrp,
          payload: advertisement6({ router: 0x64, address: words6(0x64) }),
          checksumAt: 6,
        }),
      address,
    )
    const [first = ''] = await holdersOf(fleet, address, pair)
    await fleet.inside(first, 'systemctl stop promha-keepalived')
    await untilHeld(
      fleet,
      [address],
      pair,
      pair.filter(host => host !== first),
    )
    await fleet.inside(first, 'systemctl start promha-keepalived')
    converged(await site.run('verify', '--json'))
  })

  it('is no longer filtered once the address has left the inventory', async () => {
    converged(await site.run('destroy', '--yes', '--purge-data', '--json'))
    assert.deepEqual(await fleet.onAll('nft list tables 2>/dev/null || :', pair), ['', ''])
    const left = 'ls -d /etc/promha /run/promha-* 2>/dev/null | grep -v packages.lock || :'
    assert.deepEqual(await fleet.onAll(left, pair), ['', ''])
  })
})

/** A HAProxy that is no member of the cell tells its members nothing: which prober is active stays as it was. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import { useFleet } from '../../e2e/support/fleet.ts'
import { converged } from '../../e2e/support/promha.ts'
import { makeSite, type Site } from '../../e2e/support/site.ts'

const pair = ['mon-a', 'mon-b'] as const
/** Attempts to connect in which an entry would long have been told. */
const attempts = 5

describe('a foreign HAProxy peer', function () {
  this.timeout(180_000)
  const fleet = useFleet()
  let site: Site

  const addressOf = (host: string) => fleet.host(host).address
  const otherThan = (host: string) => pair.find(other => other !== host) ?? assert.fail()

  before(async () => {
    site = await makeSite(fleet)
    await site.edit(draft => {
      const { prometheus } = draft.cells.lab
      const lab = {
        hosts: pair,
        prometheus: { ...prometheus, targets: {}, alertmanagers: [] },
        blackbox: {
          hosts: pair,
          failover: { haproxy: {} },
          modules: { web: { prober: 'http', timeout: '1s' } },
        },
      }
      // A cell of others on the same network, with HAProxies of its own.
      const others = {
        hosts: ['app-01', 'app-02'],
        pushgateway: { active: 'app-01', passive: 'app-02', failover: { haproxy: {} } },
      }
      Object.assign(draft, { cells: { lab, others } })
    })
    converged(await site.run('apply', '--json'))
    await fleet.onAll(
      `nft 'table inet seen { counter tried { }; chain first { type filter hook prerouting priority -300; tcp dport 8406 tcp flags & (syn|ack) == syn ip saddr ${addressOf('app-02')} counter name tried; }; }'`,
      pair,
    )
  })
  after(async () => {
    await fleet.inside('app-02', 'kill $(cat /run/foreign-*.pid) 2>/dev/null; rm -f /run/foreign-*')
    await fleet.onAll('nft delete table inet seen 2>/dev/null || :', pair)
    await site?.remove()
  })

  const tried = async (host: string) =>
    Number(/packets (\d+)/.exec(await fleet.inside(host, 'nft list counter inet seen tried'))?.[1])

  async function activeProber(): Promise<string> {
    const { status = [] } = converged(await site.run('status', '--json'))
    const found = status.filter(
      ({ component, note }) => component === 'blackbox_exporter' && note === 'active',
    )
    assert.equal(found.length, 1, JSON.stringify(found))
    return found[0]?.host ?? ''
  }

  /** What a peer of the same name as the victim's own would write, with one choice in its table. */
  const config = (victim: string, wanted: string, port: number) => `
defaults
    mode http
    timeout connect 1s
    timeout client 5s
    timeout server 5s
peers promha
    bind 127.0.0.1:${port}
    server ${otherThan(victim)}
    server ${victim} ${addressOf(victim)}:8406
listen blackbox
    bind 127.0.0.1:${port + 1}
    stick-table type integer size 16 peers promha
    stick on int(1)
    server ${wanted} ${addressOf(wanted)}:9115 id ${pair.indexOf(wanted as 'mon-a') + 1}
`

  it('reaches neither HAProxy of the pair, and moves nothing', async () => {
    const active = await activeProber()
    for (const [index, victim] of pair.entries()) {
      const [file, port] = [`/run/foreign-${victim}`, 18406 + 2 * index]
      const text = config(victim, otherThan(active), port)
      await fleet.inside(
        'app-02',
        `printf '%s' '${text}' >${file}.cfg
         /usr/sbin/haproxy -D -f ${file}.cfg -p ${file}.pid -L ${otherThan(victim)}
         bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port + 1}; printf "GET /-/healthy HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3' | grep -q 'HTTP/1.. 200'`,
      )
    }
    await until(`${attempts} attempts at each`, 60_000, async () => {
      assert.equal(await activeProber(), active)
      return (await Promise.all(pair.map(tried))).every(count => count >= attempts)
    })
    for (const host of pair) {
      // No connection of theirs, and one from each other.
      const peers = await fleet.inside(host, 'cat /proc/net/tcp')
      assert.doesNotMatch(peers, new RegExp(`:20D6 ${hex(addressOf('app-02'))}:[0-9A-F]{4} 01 `))
    }
    const { checks = [] } = converged(await site.run('verify', '--json'))
    const closed = checks.filter(({ id }) => id === 'peers.closed')
    assert.deepEqual(
      closed.map(({ target, status }) => `${target} ${status}`),
      ['mon-a', 'mon-b', 'app-01', 'app-02'].map(host => `${host}/peers pass`),
    )
  })

  it('is still one of its own cell', async () => {
    const ours = `:20D6 ${hex(addressOf('app-02'))}`
    const theirs = `${hex(addressOf('app-02'))}:20D6 `
    await until('the HAProxies of the other cell to be connected', 30_000, async () => {
      const sockets = await fleet.inside('app-01', 'cat /proc/net/tcp')
      return sockets
        .split('\n')
        .some(line => / 01 /.test(line) && (line.includes(ours) || line.includes(theirs)))
    })
  })
})

/** As /proc/net/tcp writes an IPv4 address. */
function hex(address: string): string {
  return Buffer.from(address.split('.').map(Number).reverse()).toString('hex').toUpperCase()
}

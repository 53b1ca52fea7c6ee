/** The firewall on hosts: exporters answer their pair and nobody else, whoever flushes what, and everything else stays open. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import type { Document } from '../../../src/report/format/document.ts'
import { rebootHost } from '../support/faults.ts'
import { useFleet } from '../support/fleet.ts'
import { converged } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

/** Milliseconds after which a connection within the lab counts as dropped. */
const patience = 1000

describe('the firewall', function () {
  this.timeout(180_000)
  const fleet = useFleet()
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
    await enable(true)
    converged(await site.run('apply', '--json'))
  })
  after(() => site?.remove())

  const enable = (enabled: boolean) =>
    site.edit(draft => void Object.assign(draft.cells.lab, { firewall: { enabled } }))

  const addressOf = (host: string) => fleet.host(host).address
  const table = (host: string) => fleet.inside(host, 'nft -s list table inet promha 2>/dev/null || :')

  function checkOf({ checks = [] }: Document, host: string): string {
    const found = checks.find(({ id, target }) => id === 'firewall.closed' && target === `${host}/firewall`)
    assert.ok(found, `no firewall.closed of ${host}`)
    return `${found.status} ${found.detail}`
  }

  /** Whether a TCP connection from one lab host to another's port is made. */
  async function reaches(from: string, to: string, port: number): Promise<boolean> {
    const attempt = `timeout ${patience / 1000} bash -c ': <>/dev/tcp/${addressOf(to)}/${port}' 2>/dev/null`
    return (await fleet.inside(from, `if ${attempt}; then echo yes; else echo no; fi`)).trim() === 'yes'
  }

  /** The same from this machine, which is none of the cell's hosts. */
  function isReached(host: string, port: number): Promise<boolean> {
    return new Promise(tell => {
      const socket = connect({ host: addressOf(host), port, timeout: patience })
      const end = (open: boolean) => {
        socket.destroy()
        tell(open)
      }
      socket.once('connect', () => end(true))
      socket.once('timeout', () => end(false))
      socket.once('error', () => end(false))
    })
  }

  it('lets the pair in to the exporters, and nobody else', async () => {
    const tried = await Promise.all([
      reaches('mon-a', 'app-01', 9100),
      reaches('mon-b', 'app-01', 9100),
      reaches('app-01', 'app-01', 9100),
      reaches('app-02', 'app-01', 9100),
      isReached('app-01', 9100),
      isReached('mon-a', 9100),
    ])
    assert.deepEqual(tried, [true, true, true, false, false, false])
    const document = converged(await site.run('verify', '--json'))
    assert.match(checkOf(document, 'app-01'), /^pass \S+ is kept out of 9100$/)
    assert.match(checkOf(document, 'mon-a'), /^pass \S+ is kept out of 9100, 9094$/)
  })

  it('leaves open what people and other programs ask, and SSH', async () => {
    const asked = [9090, 9093, 22].map(port => isReached('mon-a', port))
    assert.deepEqual(await Promise.all(asked), [true, true, true])
  })

  it('lets Alertmanagers hear each other, by TCP and UDP, and nobody else', async () => {
    // Behind promha's table, a count of what gets through to the cluster's port by whom.
    const count = (name: string, from: string) =>
      `udp dport 9094 ip saddr ${addressOf(from)} counter name ${name}`
    await fleet.inside(
      'mon-a',
      `nft 'table inet seen { counter peer { }; counter stranger { }; chain input { type filter hook input priority 10; ${count('peer', 'mon-b')}; ${count('stranger', 'app-01')}; }; }'`,
    )
    try {
      await fleet.inside(
        'app-01',
        `bash -c 'for i in 1 2 3; do echo >/dev/udp/${addressOf('mon-a')}/9094; done'`,
      )
      const packets = async (name: string) =>
        Number(/packets (\d+)/.exec(await fleet.inside('mon-a', `nft list counter inet seen ${name}`))?.[1])
      await until('the peer to be heard', 30_000, async () => (await packets('peer')) > 0)
      assert.equal(await packets('stranger'), 0)
      assert.deepEqual(
        await Promise.all([reaches('mon-b', 'mon-a', 9094), reaches('app-01', 'mon-a', 9094)]),
        [true, false],
      )
    } finally {
      await fleet.inside('mon-a', 'nft delete table inet seen')
    }
  })

  it('changes nothing at a second apply', async () => {
    assert.equal(converged(await site.run('apply', '--json')).changed, 0)
  })

  it('is back where somebody else flushes, deletes or changes it, and touches no other table', async () => {
    const wanted = await table('app-01')
    assert.match(wanted, /dport 9100/)
    const isBack = (what: string) =>
      until(`the table to be back after ${what}`, 10_000, async () => (await table('app-01')) === wanted)
    const mine = 'table inet mine { chain input { type filter hook input priority 0; policy accept; }; }'
    for (const [what, script] of [
      ['the deletion of the table', 'nft delete table inet promha'],
      ['the deletion of its rules', 'nft flush chain inet promha input'],
      ['a rule that opens it', 'nft insert rule inet promha input tcp dport 9100 accept'],
    ] as const) {
      await fleet.inside('app-01', `nft '${mine}'; ${script}`)
      await isBack(what)
      assert.match(await fleet.inside('app-01', 'nft list tables'), /inet mine/)
    }
    // As the distribution's own service begins.
    await fleet.inside('app-01', 'systemctl restart nftables')
    await isBack('a flush of everything')
    assert.doesNotMatch(await fleet.inside('app-01', 'nft list tables'), /inet mine/)
    await fleet.inside('app-01', 'systemctl disable --now --quiet nftables; nft flush ruleset')
    await isBack('a second flush of everything')
    assert.equal(await reaches('app-02', 'app-01', 9100), false)
  })

  it('is neither open nor shut for a moment while it is loaded anew', async () => {
    const seen: boolean[][] = []
    let done = false
    const watching = (async () => {
      while (!done)
        seen.push(await Promise.all([reaches('app-02', 'app-01', 9100), reaches('mon-a', 'app-01', 9100)]))
    })()
    try {
      await fleet.inside(
        'app-01',
        'for i in 1 2 3 4 5; do systemctl reload promha-firewall; systemctl restart promha-firewall; done',
      )
    } finally {
      done = true
      await watching
    }
    assert.ok(seen.length > 0)
    assert.ok(
      seen.every(([stranger, pair]) => !stranger && pair),
      JSON.stringify(seen),
    )
  })

  it('is told apart from what it should be where its keeper does not look after it', async () => {
    const verified = async () => {
      const { code, document } = await site.run('verify', '--json')
      return `${code} ${checkOf(document(), 'app-01')}`
    }
    await fleet.inside('app-01', 'systemctl kill --signal=STOP promha-firewall')
    try {
      await fleet.inside('app-01', 'nft flush chain inet promha input')
      assert.equal(await verified(), '4 fail the table inet promha is not what /etc/promha/firewall.nft says')
      // Nothing to compare with proves nothing.
      await fleet.inside('app-01', 'mv /etc/promha/firewall.nft /etc/promha/elsewhere')
      assert.equal(await verified(), '4 fail the table inet promha is not what /etc/promha/firewall.nft says')
      await fleet.inside('app-01', 'mv /etc/promha/elsewhere /etc/promha/firewall.nft')
      await fleet.inside('app-01', 'nft delete table inet promha')
      assert.equal(await verified(), '4 fail the table inet promha is not loaded')
    } finally {
      await fleet.inside('app-01', 'systemctl kill --signal=CONT promha-firewall')
    }
    await until('the table to be back', 10_000, async () => (await table('app-01')) !== '')
    // Something that accepts before promha's table is asked cannot take anything from it: each table has its say.
    await fleet.inside(
      'app-01',
      "nft 'table inet mine { chain input { type filter hook input priority -300; tcp dport 9100 accept; }; }'",
    )
    assert.match(await verified(), /^0 pass/)
    await fleet.inside('app-01', 'nft delete table inet mine')
  })

  it('warns of another firewall that is active', async () => {
    // What is asked is systemd and ufw's own switch; the programs themselves would drop what promha lets in.
    const stub = '[Service]\\nType=oneshot\\nRemainAfterExit=yes\\nExecStart=/bin/true\\n'
    const both = 'ufw firewalld'
    await fleet.inside(
      'app-01',
      `for unit in ${both}; do printf '${stub}' >/run/systemd/system/$unit.service; done; touch /usr/sbin/ufw; mkdir -p /etc/ufw; echo ENABLED=no >/etc/ufw/ufw.conf; systemctl daemon-reload; systemctl start ${both}`,
    )
    const seen = async () => checkOf(converged(await site.run('verify', '--json')), 'app-01')
    try {
      assert.match(await seen(), /^warn .*; firewalld is active too, /)
      await fleet.inside('app-01', 'echo ENABLED=yes >/etc/ufw/ufw.conf')
      assert.match(await seen(), /^warn .*; ufw and firewalld are active too, /)
    } finally {
      await fleet.inside(
        'app-01',
        `systemctl stop ${both}; for unit in ${both}; do rm /run/systemd/system/$unit.service; done; rm /etc/ufw/ufw.conf /usr/sbin/ufw; systemctl daemon-reload`,
      )
    }
  })

  it('is there before the network after a boot', async () => {
    await rebootHost({ name: fleet.lab().name, host: 'app-01' })
    const begun = await fleet.inside(
      'app-01',
      'for unit in promha-firewall systemd-networkd; do systemctl show -p ActiveEnterTimestampMonotonic --value $unit; done',
    )
    const [firewall = 0, network = 0] = begun.trim().split('\n').map(Number)
    assert.ok(firewall > 0 && firewall < network, begun)
    assert.match(await table('app-01'), /dport 9100/)
    await until('the exporter to be seen again', 30_000, async () => (await site.run('verify')).code === 0)
    assert.equal(await reaches('app-02', 'app-01', 9100), false)
  })

  it('shuts a port until nobody listens there any more', async () => {
    await site.edit(draft => {
      draft.cells.lab.exporters.node.hosts = ['mon-a', 'mon-b', 'app-02']
    })
    const run = site.run('apply', '--json')
    let ended = false
    const seen: boolean[] = []
    const watching = (async () => {
      while (!ended) seen.push(await reaches('app-02', 'app-01', 9100))
    })()
    const finished = await run.finally(() => {
      ended = true
      return watching
    })
    converged(finished)
    assert.ok(seen.length > 0 && !seen.includes(true), JSON.stringify(seen))
    assert.equal(await table('app-01'), '')
  })

  it('is refused where a host speaks to others from an address by which they would not let it in', async () => {
    const to = fleet.host('mon-a').address
    const own = fleet.host('mon-b').address
    const other = own.replace(/\d+$/, '77')
    const set = (verb: string) =>
      `ip address ${verb} ${other}/24 dev host0; ip route ${verb} ${to}/32 dev host0 src ${other} 2>/dev/null || :`
    // A reason to put it there anew.
    await fleet.inside('mon-b', `rm /etc/promha/firewall.nft; ${set('add')}`)
    const { code, stderr } = await site.run('apply').finally(() => fleet.inside('mon-b', set('del')))
    assert.equal(code, 1)
    assert.match(stderr, new RegExp(`speaks to ${to} from ${other}.* let it in by ${own} only`, 's'))
    await fleet.inside('mon-b', 'test ! -e /etc/promha/firewall.nft')
    converged(await site.run('apply', '--json'))
  })

  it('goes where the inventory wants none', async () => {
    await site.edit(draft => {
      draft.cells.lab.exporters.node.hosts = ['all']
    })
    await enable(false)
    converged(await site.run('apply', '--json'))
    assert.deepEqual(await fleet.onAll('nft list tables 2>/dev/null || :'), ['', '', '', ''])
    const left = 'ls -d /etc/promha /etc/systemd/system/promha-firewall.service 2>/dev/null || :'
    assert.deepEqual(await fleet.onAll(left), ['', '', '', ''])
    assert.equal(await reaches('app-02', 'app-01', 9100), true)
  })
})

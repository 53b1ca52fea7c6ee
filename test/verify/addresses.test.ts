import assert from 'node:assert/strict'
import type { HostState } from '../../src/shell/host-state.ts'
import {
  firewallClosed,
  loadbalancerAnswers,
  oneHolder,
  peersClosed,
  proxyServers,
  strangerTo,
  strangerToPeers,
} from '../../src/verify/checks/addresses.ts'
import { proxyProgram } from '../../src/verify/questions.ts'
import type { Need, Question, Reply } from '../../src/verify/view.ts'
import { movingCell } from '../roles/moving.ts'

const cell = movingCell()
const [address] = cell.movingAddresses
const [guarded] = cell.guarded
assert.ok(address && guarded)

/** Judged by these answers, by `HOST/COMPONENT PATH`. */
function judged(question: Question | undefined, answers: Readonly<Record<string, unknown>>) {
  assert.ok(question)
  const view = (need: Need): Reply => {
    const body = answers[`${need.program.host}/${need.program.component} ${need.path}`]
    return body === undefined ? { kind: 'program', why: 'it is silent' } : { kind: 'answer', body }
  }
  return question.judge(view)
}

const state = (addresses: readonly string[], rest = {}) => ({
  addresses,
  moving: ['198.18.0.100'],
  keepalived: 'active',
  table: 'whole',
  peers: { keepalived: 'whole', haproxy: 'whole' },
  firewalls: [],
  ...rest,
})

describe('vip.one_holder', () => {
  const seen = (a: readonly string[], b: readonly string[], restOfB = {}) =>
    judged(oneHolder(cell, address, ['mon-a', 'mon-b']), {
      'mon-a/firewall host:state': state(['198.18.0.11', ...a]),
      'mon-b/firewall host:state': state(['198.18.0.12', ...b], restOfB),
    })

  it('passes with one holder, whichever it is', () => {
    assert.deepEqual(seen(['198.18.0.100'], []), { status: 'pass', detail: 'mon-a has 198.18.0.100' })
    assert.equal(seen([], ['198.18.0.100']).status, 'pass')
  })

  it('fails with none and with two', () => {
    assert.match(seen([], []).detail, /^nobody has/)
    const both = seen(['198.18.0.100'], ['198.18.0.100'])
    assert.equal(both.status, 'fail')
    assert.match(both.remedy ?? '', /protocol 112/)
  })

  it('fails where a host could not take the address over', () => {
    const passive = (rest: object) => seen(['198.18.0.100'], [], rest)
    const stopped = passive({ keepalived: 'inactive', moving: [] })
    assert.equal(stopped.status, 'fail')
    assert.equal(
      stopped.detail,
      'mon-a has 198.18.0.100, but keepalived of mon-b does not run (systemd says inactive) and could not take it over',
    )
    assert.match(stopped.remedy ?? '', /^See journalctl -u promha-keepalived on mon-a and mon-b, and restart/)
    // It is about to be started again, and its file lies there meanwhile.
    assert.match(
      passive({ keepalived: 'activating' }).detail,
      /mon-b does not run \(systemd says activating\)/,
    )
    assert.match(passive({ keepalived: '' }).detail, /systemd says nothing/)
    assert.match(
      passive({ moving: ['198.18.0.101'] }).detail,
      /but keepalived of mon-b does not know it and could not/,
    )
    for (const keepalived of ['reloading', 'refreshing']) assert.equal(passive({ keepalived }).status, 'pass')
  })

  it('fails where another host of the cell has the address, whoever else has', () => {
    const found = (c: readonly string[], a: readonly string[] = ['198.18.0.100']) =>
      judged(oneHolder(cell, address, ['mon-a', 'app-01']), {
        'mon-a/firewall host:state': state(['198.18.0.11', ...a]),
        'mon-b/firewall host:state': state(['198.18.0.12']),
        'app-01/firewall host:state': state(['198.18.0.21', ...c], { keepalived: 'inactive', moving: [] }),
      })
    assert.equal(found([]).status, 'pass')
    const strange = { status: 'fail', detail: 'app-01 has 198.18.0.100, which is for mon-a and mon-b only' }
    for (const { remedy, ...seen } of [found(['198.18.0.100']), found(['198.18.0.100'], [])]) {
      assert.deepEqual(seen, strange)
      assert.match(remedy ?? '', /ip address/)
    }
  })

  it('knows an IPv6 address however it is written', () => {
    const moving = { ...address, address: 'FD00:0::1' }
    const answers = {
      'mon-a/firewall host:state': state(['fd00::1'], { moving: ['FD00:0::1'] }),
      'mon-b/firewall host:state': state([], { moving: ['fd00::0001'] }),
    }
    assert.equal(judged(oneHolder(cell, moving, []), answers).status, 'pass')
  })
})

describe('what HAProxy says of its servers', () => {
  const csv = (rows: readonly string[]) => `# pxname,svname,status,weight\n${rows.join('\n')}\n`
  const rows = (status: string) => [
    'loadbalancer,mon-a,UP,1',
    `loadbalancer,mon-b,${status},1`,
    'pushgateway,mon-a,UP,1',
    `pushgateway,mon-b,${status},1`,
  ]
  const proxies = cell.proxies.slice(0, 2).map(proxyProgram)
  const answers = (status: string) =>
    Object.fromEntries(
      proxies.flatMap(({ host }) => [
        [`${host}/haproxy /-/ready`, 'ready'],
        [`${host}/haproxy /-/statistics;csv`, csv(rows(status))],
      ]),
    )

  it('is that the address answers and both are up behind it', () => {
    const [question] = loadbalancerAnswers(cell, proxies)
    assert.deepEqual(judged(question, answers('UP')), {
      status: 'pass',
      detail: '198.18.0.101:9090 answers; mon-a and mon-b are up behind it',
    })
    for (const bad of ['DOWN', 'DOWN 1/2', 'NOLB', 'MAINT', 'no check']) {
      const found = judged(question, answers(bad))
      assert.equal(found.status, 'fail', bad)
      assert.match(found.detail, /loadbalancer of mon-b is not up behind the HAProxy of mon-a/)
    }
  })

  it('is asked through the address itself', () => {
    const [question] = loadbalancerAnswers(cell, proxies)
    const through = question?.needs
      .filter(({ path }) => path === '/-/ready')
      .map(({ program }) => program.local)
    assert.deepEqual(through, [
      { address: '198.18.0.101', port: 9090 },
      { address: '198.18.0.101', port: 9090 },
    ])
  })

  it('is told of each HAProxy on its own', () => {
    const [first] = proxies
    assert.ok(first)
    const [question] = proxyServers(cell, first)
    assert.deepEqual(judged(question, answers('UP')), { status: 'pass', detail: '2 of 2 servers up' })
    assert.equal(judged(question, answers('DOWN')).status, 'fail')
  })
})

describe('peers.closed', () => {
  const [peered] = cell.peered
  assert.ok(peered)
  const app = { ...cell.nodeExporters[0], host: 'app-02', address: '198.18.0.22' } as never
  const stranger = strangerToPeers(
    { ...cell, nodeExporters: [...cell.nodeExporters, app] },
    peered,
    () => true,
  )

  it('is tried from a host that is no member', () => {
    assert.deepEqual(stranger, { host: 'app-02', targets: [{ address: '198.18.0.11', port: 8406 }] })
    const members = strangerToPeers(cell, peered, () => true)
    assert.equal(members, undefined)
    const { haproxy, ...without } = peered
    assert.equal(
      strangerToPeers(cell, without, () => true),
      undefined,
    )
  })

  it('fails if a part of the table is gone or changed, or if a stranger comes in', () => {
    const seen = (peers: Partial<HostState['peers']>, reached?: object) =>
      judged(peersClosed(peered, ['keepalived', 'haproxy'], stranger), {
        'mon-a/firewall host:state': state([], {
          peers: { keepalived: 'whole', haproxy: 'whole', ...peers },
        }),
        ...(reached === undefined ? {} : { 'app-02/firewall host:reach 198.18.0.11 8406': reached }),
      })
    const out = { open: [], silent: [{ port: 8406 }] }
    assert.deepEqual(seen({}, out), { status: 'pass', detail: 'app-02 is kept out of 8406' })
    assert.deepEqual(seen({}), {
      status: 'pass',
      detail: 'the table inet promha_peers is loaded as its files say',
    })
    assert.match(seen({ haproxy: 'unknown' }).detail, /its rules could not be compared there$/)
    const gone = seen({ keepalived: 'missing' }, out)
    assert.equal(gone.status, 'fail')
    assert.equal(gone.detail, 'the chain keepalived of the table inet promha_peers is not loaded')
    assert.match(gone.remedy ?? '', /reload-or-restart promha-keepalived\.service` on mon-a/)
    assert.equal(
      seen({ haproxy: 'changed' }).detail,
      'the chain haproxy of the table inet promha_peers is not what /etc/promha/peers-haproxy.nft says',
    )
    assert.equal(seen({}, { open: [{ port: 8406 }], silent: [] }).status, 'fail')
  })

  it('asks nothing of a program that is not selected', () => {
    const found = judged(peersClosed(peered, ['haproxy'], undefined), {
      'mon-a/firewall host:state': state([], { peers: { keepalived: 'missing', haproxy: 'whole' } }),
    })
    assert.equal(found.status, 'pass')
  })
})

describe('firewall.closed', () => {
  const stranger = strangerTo(
    {
      ...cell,
      nodeExporters: [
        ...cell.nodeExporters,
        { ...cell.nodeExporters[0], host: 'app-02', address: '198.18.0.22' } as never,
      ],
    },
    guarded,
    () => true,
  )

  it('is tried from a host that is none of those that may', () => {
    assert.deepEqual(stranger, { host: 'app-02', targets: [{ address: '198.18.0.21', port: 9100 }] })
    assert.equal(
      strangerTo(cell, guarded, () => true),
      undefined,
    )
    assert.equal(
      strangerTo(cell, guarded, () => false),
      undefined,
    )
  })

  it('fails where the table is gone, or a stranger comes in all the same', () => {
    const seen = (table: HostState['table'], open: unknown, silent: unknown = [{ port: 9100 }]) =>
      judged(firewallClosed(guarded, stranger), {
        'app-01/firewall host:state': state([], { table }),
        ...(open === undefined ? {} : { 'app-02/firewall host:reach 198.18.0.21 9100': { open, silent } }),
      })
    assert.deepEqual(seen('whole', []), { status: 'pass', detail: 'app-02 is kept out of 9100' })
    assert.equal(seen('missing', []).status, 'fail')
    assert.deepEqual(
      seen('changed', []).detail,
      'the table inet promha is not what /etc/promha/firewall.nft says',
    )
    assert.match(seen('whole', [{ address: '198.18.0.21', port: 9100 }]).detail, /^app-02 reaches 9100/)
    // Where nothing can be compared, that is said, whatever else is seen.
    const loaded = 'the table inet promha is loaded; its rules could not be compared there'
    assert.deepEqual(seen('unknown', [], []), { status: 'pass', detail: loaded })
    assert.equal(seen('unknown', []).detail, `app-02 is kept out of 9100; ${loaded}`)
    // Who cannot try proves nothing, and disproves nothing; nor does a port that refuses.
    assert.equal(seen('whole', [], []).detail, 'the table inet promha is loaded as its file says')
    assert.deepEqual(seen('whole', undefined), {
      status: 'pass',
      detail: 'the table inet promha is loaded as its file says',
    })
  })

  it('warns of another firewall', () => {
    const found = judged(firewallClosed(guarded, undefined), {
      'app-01/firewall host:state': state([], { firewalls: ['firewalld'] }),
    })
    assert.equal(found.status, 'warn')
    assert.match(found.detail, /^firewalld is active too/)
    assert.match(found.remedy ?? '', /9100\/tcp, 9094\/udp/)
  })
})

/** The reasons of the order of change, a row each. */
import assert from 'node:assert/strict'
import { edgesOf } from '../../src/topology/order/edges.ts'
import { criteria, type MemberChange } from '../../src/topology/order/members.ts'
import { orderRules, rulesOf } from '../../src/topology/order/rules.ts'

/** `HOST COMPONENT ACTION [WORD…]`; `everywhere`: it listens on all addresses. */
function changeOf(text: string): MemberChange {
  const [host = '', component = '', action = '', ...words] = text.split(' ')
  return {
    ...{ host, component, leaves: action === 'leaves', starts: action === 'start' },
    restarts: action === 'restart',
    listensEverywhere: words.includes('everywhere'),
    oneByOne: component !== 'firewall' && component !== 'node_exporter',
    serves: !words.includes('down'),
    active: words.includes('active'),
    rank: host === 'last' ? 1 : 0,
    turn: words.includes('early') ? 0 : 2,
  }
}

interface Row {
  readonly because: string
  readonly changes: readonly string[]
  /** `HOST COMPONENT < HOST COMPONENT`, all that have this reason. */
  readonly expected: readonly string[]
}

const inPlace = 'all that stays is in place before anything leaves'
const guarded = 'the firewall must be in place while programs listen'
const leads = 'the addresses of keepalived lead to these programs'
const forwards = 'haproxy forwards to these programs and may need a port that they release'

const rows: readonly Row[] = [
  {
    because: guarded,
    changes: ['a firewall reload', 'b node_exporter start', 'b firewall start'],
    expected: ['a firewall < b node_exporter', 'b firewall < b node_exporter'],
  },
  {
    because: guarded,
    changes: ['a firewall leaves', 'a node_exporter leaves'],
    expected: ['a node_exporter < a firewall'],
  },
  {
    because: 'a faulty release must fail on an exporter before it can stop alerts',
    changes: [
      'a alertmanager restart',
      'b node_exporter restart',
      'c pushgateway leaves',
      'd alertmanager leaves',
    ],
    expected: ['b node_exporter < a alertmanager'],
  },
  {
    because: 'prometheus scrapes the exporters',
    changes: [
      'a prometheus reload',
      'b node_exporter start',
      'b blackbox_exporter start',
      'b pushgateway start',
    ],
    expected: [
      'b node_exporter < a prometheus',
      'b blackbox_exporter < a prometheus',
      'b pushgateway < a prometheus',
    ],
  },
  {
    because: 'prometheus scrapes the exporters',
    changes: ['b node_exporter leaves', 'a prometheus leaves', 'a unknown_exporter leaves'],
    expected: ['a prometheus < b node_exporter', 'a prometheus < a unknown_exporter'],
  },
  {
    because: 'prometheus sends its alerts to alertmanager',
    changes: ['a prometheus reload', 'a alertmanager start'],
    expected: ['a alertmanager < a prometheus'],
  },
  {
    because: 'prometheus sends its alerts to alertmanager',
    changes: ['a alertmanager leaves', 'b prometheus leaves'],
    expected: ['b prometheus < a alertmanager'],
  },
  {
    because: 'vmselect reads from victoriametrics',
    changes: ['a vmselect start', 'a victoriametrics restart', 'b victoriametrics restart'],
    expected: ['a victoriametrics < a vmselect', 'b victoriametrics < a vmselect'],
  },
  {
    because: 'prometheus writes to victoriametrics',
    changes: ['a prometheus reload', 'b victoriametrics start'],
    expected: ['b victoriametrics < a prometheus'],
  },
  {
    because: 'prometheus writes to victoriametrics',
    changes: ['a victoriametrics leaves', 'b prometheus leaves'],
    expected: ['b prometheus < a victoriametrics'],
  },
  {
    because: 'vminsert writes to vmstorage',
    changes: ['a vminsert restart', 'b vmstorage restart'],
    expected: ['b vmstorage < a vminsert'],
  },
  {
    because: 'vminsert writes to vmstorage',
    changes: ['a vmstorage leaves', 'b vminsert leaves'],
    expected: ['b vminsert < a vmstorage'],
  },
  {
    because: 'vmselect reads from vmstorage',
    changes: ['a vmselect restart', 'b vmstorage restart'],
    expected: ['b vmstorage < a vmselect'],
  },
  {
    because: 'samples are written before they are read',
    changes: ['a vmselect restart', 'b vminsert restart'],
    expected: ['b vminsert < a vmselect'],
  },
  {
    because: 'prometheus writes to vminsert',
    changes: ['a prometheus reload', 'b vminsert start'],
    expected: ['b vminsert < a prometheus'],
  },
  {
    because: 'haproxy forwards to vminsert and may need a port that it releases',
    changes: ['a haproxy reload', 'a vminsert restart'],
    expected: ['a vminsert < a haproxy'],
  },
  {
    because: 'haproxy forwards to vmselect and may need a port that it releases',
    changes: ['a haproxy reload', 'a vmselect restart'],
    expected: ['a vmselect < a haproxy'],
  },
  {
    because: 'the addresses of keepalived lead to vmselect',
    changes: ['a keepalived start', 'a vmselect start'],
    expected: ['a vmselect < a keepalived'],
  },
  {
    because: 'a sidecar reads and uploads what its replica writes',
    changes: ['a thanos_sidecar start', 'b prometheus restart'],
    expected: ['b prometheus < a thanos_sidecar'],
  },
  {
    because: 'a sidecar reads and uploads what its replica writes',
    changes: ['a prometheus leaves', 'b thanos_sidecar leaves'],
    expected: ['b thanos_sidecar < a prometheus'],
  },
  {
    because: 'the store gateways read what the sidecars upload',
    changes: ['a thanos_sidecar start', 'b thanos_store restart'],
    expected: ['b thanos_store < a thanos_sidecar'],
  },
  {
    because: 'the store gateways read what the compactor writes',
    changes: ['a thanos_store start', 'b thanos_compactor restart'],
    expected: ['b thanos_compactor < a thanos_store'],
  },
  {
    because: 'two compactors on one bucket would destroy data, so one stops before another one starts',
    changes: [
      'a thanos_compactor start',
      'b thanos_compactor leaves',
      'b thanos_store leaves',
      'a thanos_store restart',
    ],
    expected: ['b thanos_compactor < a thanos_compactor'],
  },
  {
    because: 'the queries ask the sidecars and the store gateways',
    changes: ['a thanos_query restart', 'b thanos_sidecar restart'],
    expected: ['b thanos_sidecar < a thanos_query'],
  },
  {
    because: 'haproxy forwards to the queries and may need a port that one of them releases',
    changes: ['a haproxy reload', 'b thanos_query restart'],
    expected: ['b thanos_query < a haproxy'],
  },
  {
    because: 'the addresses of keepalived lead to the queries',
    changes: ['a keepalived start', 'b thanos_query start'],
    expected: ['b thanos_query < a keepalived'],
  },
  {
    because: 'grafana shows what these programs answer',
    changes: ['a grafana start', 'b prometheus reload', 'b victoriametrics start', 'a alertmanager restart'],
    expected: ['b prometheus < a grafana', 'b victoriametrics < a grafana', 'a alertmanager < a grafana'],
  },
  {
    because: 'grafana shows what these programs answer',
    changes: ['a prometheus leaves', 'b grafana leaves'],
    expected: ['b grafana < a prometheus'],
  },
  {
    because: 'haproxy forwards to grafana',
    changes: ['a haproxy reload', 'b grafana restart'],
    expected: ['b grafana < a haproxy'],
  },
  {
    because: 'the addresses of keepalived lead to grafana',
    changes: ['a keepalived start', 'a grafana start'],
    expected: ['a grafana < a keepalived'],
  },
  {
    because: 'haproxy forwards to victoriametrics and may need a port that it releases',
    changes: ['a haproxy reload', 'a victoriametrics restart'],
    expected: ['a victoriametrics < a haproxy'],
  },
  {
    because: 'the addresses of keepalived lead to victoriametrics',
    changes: ['a keepalived start', 'a victoriametrics start'],
    expected: ['a victoriametrics < a keepalived'],
  },
  {
    because: forwards,
    changes: ['a haproxy reload', 'a prometheus restart', 'b pushgateway reload'],
    expected: ['a prometheus < a haproxy', 'b pushgateway < a haproxy'],
  },
  // Where it makes room, it waits for nothing.
  {
    because: forwards,
    changes: ['a haproxy reload', 'a prometheus restart everywhere', 'b pushgateway reload'],
    expected: [],
  },
  {
    because: forwards,
    changes: ['a prometheus leaves', 'b haproxy leaves'],
    expected: ['b haproxy < a prometheus'],
  },
  {
    because: leads,
    changes: ['a keepalived reload', 'a haproxy reload', 'a blackbox_exporter reload'],
    expected: ['a haproxy < a keepalived', 'a blackbox_exporter < a keepalived'],
  },
  {
    because: leads,
    changes: ['a haproxy leaves', 'a pushgateway leaves', 'b keepalived leaves'],
    expected: ['b keepalived < a haproxy', 'b keepalived < a pushgateway'],
  },
  {
    because: inPlace,
    changes: ['b prometheus leaves', 'a alertmanager reload', 'c prometheus start'],
    expected: ['a alertmanager < b prometheus', 'c prometheus < b prometheus'],
  },
  {
    because: inPlace,
    changes: ['b prometheus leaves', 'b haproxy start', 'a prometheus restart', 'b keepalived start'],
    expected: ['a prometheus < b prometheus'],
  },
  {
    because: inPlace,
    changes: ['b keepalived leaves', 'a keepalived reload', 'a haproxy reload'],
    expected: ['a haproxy < b keepalived'],
  },
  {
    because: 'the replica that leaves may have the port that haproxy takes',
    changes: ['a prometheus leaves', 'a haproxy start', 'b haproxy start'],
    expected: ['a prometheus < a haproxy'],
  },
  {
    because: 'a keepalived that leaves hands over its addresses while the others still know it',
    changes: ['a keepalived leaves', 'b keepalived reload', 'c keepalived start'],
    expected: ['a keepalived < b keepalived', 'a keepalived < c keepalived'],
  },
  // Where nobody stays, whoever comes takes the addresses first.
  {
    because: 'a keepalived that leaves hands over its addresses while the others still know it',
    changes: ['a keepalived leaves', 'c keepalived start'],
    expected: [],
  },
  {
    because: 'haproxy releases its port before prometheus listens on all addresses',
    changes: [
      'a haproxy leaves',
      'a prometheus restart everywhere',
      'b prometheus restart',
      'b haproxy reload',
    ],
    expected: ['a haproxy < a prometheus'],
  },
  {
    because: 'another load balancer takes over before this one releases its port',
    changes: [
      ...['a haproxy leaves', 'a keepalived leaves', 'a prometheus start everywhere'],
      ...['b haproxy restart', 'b prometheus restart everywhere'],
      ...['c firewall start', 'c haproxy start', 'c keepalived start', 'd node_exporter start'],
    ],
    expected: ['c firewall', 'c haproxy', 'c keepalived'].flatMap(from => [
      ...[`${from} < a haproxy`, `${from} < a keepalived`, `${from} < b haproxy`],
    ]),
  },
  {
    because: 'the firewall keeps a port closed until nothing listens on it',
    changes: ['a firewall reload', 'a node_exporter leaves', 'b firewall reload', 'b prometheus reload'],
    expected: ['a node_exporter < a firewall'],
  },
  // What comes may wait to be let in.
  {
    because: 'the firewall keeps a port closed until nothing listens on it',
    changes: ['a firewall reload', 'a node_exporter leaves', 'b prometheus start'],
    expected: [],
  },
  {
    because: 'the firewall keeps a port closed until haproxy has released it',
    changes: ['a firewall reload', 'a haproxy leaves', 'a prometheus start everywhere', 'b firewall reload'],
    expected: ['a haproxy < a firewall'],
  },
  {
    because: 'm3db keeps in etcd which of its nodes has what',
    changes: ['a m3db restart', 'a m3db_etcd restart'],
    expected: ['a m3db_etcd < a m3db'],
  },
  {
    because: 'prometheus writes to m3db',
    changes: ['a prometheus reload', 'b m3db start'],
    expected: ['b m3db < a prometheus'],
  },
  {
    because: 'haproxy forwards to m3db and may need a port that it releases',
    changes: ['a haproxy reload', 'a m3db restart'],
    expected: ['a m3db < a haproxy'],
  },
  {
    because: 'the addresses of keepalived lead to m3db',
    changes: ['a keepalived start', 'a m3db start'],
    expected: ['a m3db < a keepalived'],
  },
  {
    because: 'prometheus writes to cortex',
    changes: ['a prometheus reload', 'b cortex start'],
    expected: ['b cortex < a prometheus'],
  },
  {
    because: 'haproxy forwards to cortex and may need a port that it releases',
    changes: ['a haproxy reload', 'a cortex restart'],
    expected: ['a cortex < a haproxy'],
  },
  {
    because: 'the addresses of keepalived lead to cortex',
    changes: ['a keepalived start', 'a cortex start'],
    expected: ['a cortex < a keepalived'],
  },
  {
    because: 'prometheus writes to mimir',
    changes: ['a prometheus reload', 'b mimir start'],
    expected: ['b mimir < a prometheus'],
  },
  {
    because: 'haproxy forwards to mimir and may need a port that it releases',
    changes: ['a haproxy reload', 'a mimir restart'],
    expected: ['a mimir < a haproxy'],
  },
  {
    because: 'the addresses of keepalived lead to mimir',
    changes: ['a keepalived start', 'a mimir start'],
    expected: ['a mimir < a keepalived'],
  },
  {
    because: 'members that keep running must know of a new member before it starts',
    changes: ['a keepalived start', 'b keepalived reload'],
    expected: ['b keepalived < a keepalived'],
  },
  {
    because: 'in another order two members could have one address',
    changes: ['a keepalived reload', 'b keepalived reload early'],
    expected: ['b keepalived < a keepalived'],
  },
  {
    because: 'a member that does not serve is changed before one that serves',
    changes: ['a prometheus restart', 'b prometheus start', 'c prometheus restart down'],
    expected: ['b prometheus < a prometheus', 'c prometheus < a prometheus'],
  },
  {
    because: 'the active member is changed last',
    changes: ['a pushgateway restart active', 'b pushgateway restart'],
    expected: ['b pushgateway < a pushgateway'],
  },
  {
    because: 'one member is changed at a time',
    changes: ['last alertmanager restart', 'a alertmanager restart'],
    expected: ['a alertmanager < last alertmanager'],
  },
]

const told = ({ host, component }: MemberChange) => `${host} ${component}`

describe('a reason of the order', () => {
  for (const { because, changes, expected } of rows) {
    it(`${because}: ${changes.join(', ')}`, () => {
      const found = edgesOf(changes.map(changeOf))
        .filter(edge => edge.because === because)
        .flatMap(({ before, after }) => before.flatMap(a => after.map(b => `${told(a)} < ${told(b)}`)))
      assert.deepEqual(found.sort(), [...expected].sort())
    })
  }

  it('is none without a row here', () => {
    const known = new Set(rows.map(({ because }) => because))
    for (const { because } of [...orderRules, ...criteria]) assert.ok(known.has(because), because)
  })

  it('is what a component says of its own, both as it comes and as it leaves', () => {
    assert.deepEqual(rulesOf({ name: 'an_exporter', order: { oneByOne: false } }), [])
    const order = { oneByOne: true, follows: [{ what: ['prometheus'], because: 'it reads from prometheus' }] }
    const [coming, leaving, ...rest] = rulesOf({ name: 'grafana', order })
    assert.deepEqual(rest, [])
    const [prometheus, grafana] = ['a prometheus start', 'a grafana start'].map(changeOf)
    assert.ok(prometheus && grafana && coming && leaving)
    assert.ok(coming.before(prometheus, 'usual') && coming.after(grafana, 'usual'))
    const gone = (change: MemberChange) => ({ ...change, leaves: true })
    assert.ok(leaving.before(gone(grafana), 'usual') && leaving.after(gone(prometheus), 'usual'))
    assert.ok(!coming.before(gone(prometheus), 'usual') && !leaving.before(grafana, 'usual'))
  })
})

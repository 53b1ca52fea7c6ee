import assert from 'node:assert/strict'
import { advertisedOf, type Heard } from '../../../src/topology/address/advertise.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { host, inventory, labCell } from '../sample.ts'

/** The peers of a cell whose Alertmanagers run on these hosts. */
function peersAt(addresses: Readonly<Record<string, string>>) {
  const hosts = Object.entries(addresses).map(([name, address]) => host(name, address))
  const alertmanager = { ...(labCell().alertmanager ?? assert.fail()), hosts: Object.keys(addresses) }
  const { prometheus: _, exporters: __, ...cell } = labCell({ alertmanager, hosts: Object.keys(addresses) })
  return buildTopology(inventory([cell], { hosts })).cells[0]?.peers ?? assert.fail()
}

const named = { 'mon-a': 'mon-a.pub', 'mon-b': 'mon-b.pub' }

function hears(names: Readonly<Record<string, readonly string[]>>, rest: Partial<Heard> = {}): Heard {
  return { names: new Map(Object.entries(names)), outward: [], addresses: [], ...rest }
}

function addresses(of: Readonly<Record<string, string>>, heard: Readonly<Record<string, Heard>>) {
  const found = advertisedOf(peersAt(of), new Map(Object.entries(heard)))
  return Object.fromEntries(
    [...found].map(([name, { address, from }]) => [name, `${address ?? 'none'} ${from}`]),
  )
}

describe('the advertise address of an Alertmanager whose host has a name', () => {
  it('is what another member resolves, and never the loopback address that the host itself has for it', () => {
    assert.deepEqual(
      addresses(named, {
        'mon-a': hears(
          { 'mon-a.pub': ['127.0.1.1'], 'mon-b.pub': ['44.128.77.12'] },
          { addresses: ['172.17.0.1', '44.128.77.11'] },
        ),
        'mon-b': hears(
          { 'mon-a.pub': ['44.128.77.11'], 'mon-b.pub': ['127.0.1.1'] },
          { addresses: ['172.17.0.1', '44.128.77.12'] },
        ),
      }),
      { 'mon-a': '44.128.77.11 others', 'mon-b': '44.128.77.12 others' },
    )
  })

  it('is of the family in which all members have one', () => {
    const both = (end: string) => [`2001:db8::${end}`, `198.18.0.${end}`]
    assert.deepEqual(
      addresses(named, {
        'mon-a': hears({ 'mon-b.pub': both('12') }),
        'mon-b': hears({ 'mon-a.pub': ['2001:db8::11'] }),
      }),
      { 'mon-a': '2001:db8::11 others', 'mon-b': '2001:db8::12 others' },
    )
    assert.deepEqual(
      addresses(
        { 'mon-a': '198.18.0.11', 'mon-b': 'mon-b.pub' },
        { 'mon-a': hears({ 'mon-b.pub': both('12') }), 'mon-b': hears({}) },
      ),
      { 'mon-b': '198.18.0.12 others' },
    )
    assert.deepEqual(
      addresses(named, {
        'mon-a': hears({ 'mon-b.pub': both('12') }),
        'mon-b': hears({ 'mon-a.pub': both('11') }),
      }),
      { 'mon-a': '198.18.0.11 others', 'mon-b': '198.18.0.12 others' },
    )
  })

  it('stays what it is while that is among the answers, and is one that the host has at first', () => {
    const answers = { 'mon-b.pub': ['10.0.0.12', '10.0.0.13', '10.0.0.14'] }
    const seen = (own: Partial<Heard>) =>
      addresses(named, { 'mon-a': hears(answers), 'mon-b': hears({}, own) })['mon-b']
    assert.equal(seen({ advertised: '10.0.0.14', addresses: ['10.0.0.13'] }), '10.0.0.14 others')
    assert.equal(seen({ advertised: '10.0.0.99', addresses: ['10.0.0.13'] }), '10.0.0.13 others')
    assert.equal(seen({}), '10.0.0.12 others')
  })

  it('is what all members agree on', () => {
    const found = addresses(
      { ...named, 'mon-c': '10.0.0.13' },
      {
        'mon-a': hears({ 'mon-b.pub': ['192.168.0.12', '10.0.0.12'] }),
        'mon-b': hears({}),
        'mon-c': hears({ 'mon-b.pub': ['10.0.0.12', '172.16.0.12'] }),
      },
    )
    assert.equal(found['mon-b'], '10.0.0.12 others')
  })

  it('is the host’s own choice if no other member resolves the name: kept, resolved, routed, or the only one', () => {
    const seen = (own: Heard) =>
      addresses(named, { 'mon-a': own, 'mon-b': hears({ 'mon-a.pub': ['::1'] }) })['mon-a']
    const rest = { outward: ['10.0.0.2'], addresses: ['127.0.0.1', '172.17.0.1', '10.0.0.2'] }
    assert.equal(
      seen(hears({ 'mon-a.pub': ['10.0.0.3'] }, { ...rest, advertised: '10.0.0.4' })),
      '10.0.0.4 kept',
    )
    assert.equal(seen(hears({ 'mon-a.pub': ['127.0.1.1', '10.0.0.3'] }, rest)), '10.0.0.3 own-name')
    assert.equal(seen(hears({ 'mon-a.pub': ['127.0.1.1'] }, rest)), '10.0.0.2 route')
    assert.equal(seen(hears({}, { addresses: ['127.0.0.1', 'fe80::1', '10.0.0.2'] })), '10.0.0.2 interface')
    assert.equal(seen(hears({}, { addresses: rest.addresses })), 'none nowhere')
  })

  it('is any address of a member that is alone', () => {
    assert.deepEqual(
      addresses(
        { 'mon-a': 'mon-a.pub' },
        { 'mon-a': hears({}, { addresses: ['44.128.77.11', '44.128.78.11'] }) },
      ),
      { 'mon-a': '44.128.77.11 interface' },
    )
  })

  it('says who cannot resolve the name', () => {
    const found = advertisedOf(
      peersAt(named),
      new Map([
        ['mon-a', hears({})],
        ['mon-b', hears({})],
      ]),
    )
    assert.deepEqual(found.get('mon-a'), { from: 'nowhere', by: [], deaf: ['mon-b'] })
  })

  it('is not asked for if the inventory has IP addresses', () => {
    assert.deepEqual(
      addresses({ 'mon-a': '198.18.0.11', 'mon-b': '::2' }, { 'mon-a': hears({}), 'mon-b': hears({}) }),
      {},
    )
  })
})

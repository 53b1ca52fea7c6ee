import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Owned, StateRecord } from '../../../src/resource/observed.ts'
import { parseRecord, recordHeader, renderRecord } from '../../../src/shell/record/record.ts'

const plain = { noNullPrototype: true } as const
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const owned: fc.Arbitrary<Owned> = fc.record(
  {
    kind: fc.constantFrom('file', 'program', 'unit', 'user', 'directory', 'data'),
    name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
    found: fc.boolean(),
  },
  plain,
)
const health = fc.record(
  {
    address: text,
    port: fc.integer({ min: 1, max: 65535 }),
    readyPath: text,
    loaded: fc.constantFrom('prometheus', 'alertmanager', 'blackbox', 'none', 'unit'),
  },
  plain,
)
const ports = fc.constantFrom<NonNullable<StateRecord['ports']>>(
  [],
  [{ protocol: 'tcp', port: 9090, addresses: ['192.0.2.11', '::1'] }],
  [
    { protocol: 'tcp', port: 9094 },
    { protocol: 'udp', port: 9094 },
  ],
)
const stamp: fc.Arbitrary<StateRecord> = fc
  .tuple(
    fc.record(
      {
        restart: text,
        reload: text,
        all: text,
        time: fc.nat(),
        run: text,
        generation: fc.nat(),
        cell: text,
        version: text,
        unit: text,
        owned: fc.array(owned, { maxLength: 5 }),
      },
      plain,
    ),
    fc.option(health, { nil: undefined }),
    fc.option(ports, { nil: undefined }),
    fc.option(fc.nat(), { nil: undefined }),
  )
  .map(([common, health, ports, undone]) => ({
    ...common,
    ...(health ? { health } : {}),
    ...(ports ? { ports } : {}),
    ...(undone === undefined ? {} : { undone }),
  }))

const lines = (record: string) => record.split('\n').filter(line => line !== '')

describe('record', () => {
  it('is read as it was written, whatever it holds', () => {
    fc.assert(fc.property(stamp, value => assert.deepEqual(parseRecord(lines(renderRecord(value))), value)))
  })

  it('has one line a thing, its header first', () => {
    fc.assert(
      fc.property(stamp, value => {
        const found = lines(renderRecord(value))
        assert.equal(found.length, 1 + value.owned.length)
        assert.equal(found[0], recordHeader(value))
        // What the host's own scripts look for in it.
        assert.match(found[0] ?? '', / time=\d+ run=\S* generation=\d+ /)
      }),
    )
  })

  it('is nothing where it was cut off or is of another form', () => {
    const record = renderRecord({
      restart: 'a',
      reload: 'b',
      all: 'c',
      time: 1,
      run: '1-x',
      generation: 1,
      cell: 'eu',
      version: '3.13.2',
      unit: 'prometheus.service',
      owned: [{ kind: 'file', name: '/a b', found: true }],
    })
    assert.ok(parseRecord(lines(record)))
    for (const broken of [
      [],
      [record.slice(0, 20)],
      ['restart=a reload=b time=1'],
      lines(record.replace('found file', 'found door')),
      lines(record.replace('found file', 'found toString')),
      lines(record.replace('found file', 'lost file')),
      lines(record.replace('%20', '%zz')),
    ])
      assert.equal(parseRecord(broken), undefined, broken.join('\n'))
  })
})

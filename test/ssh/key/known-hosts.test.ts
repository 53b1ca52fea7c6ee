import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  entryMatches,
  indexEntries,
  judgeKey,
  keyFingerprint,
  knownHostsLine,
  knownName,
  knownTypes,
  parseKnownHosts,
} from '../../../src/ssh/key/known-hosts.ts'
import { sampleKey } from '../support/keys.ts'

const ed25519 = sampleKey('ssh-ed25519', 1)
const other = sampleKey('ssh-ed25519', 2)
const rsa = sampleKey('ssh-rsa', 3)
const line = (names: string, key: Buffer, marker = '') =>
  `${marker === '' ? '' : `@${marker} `}${knownHostsLine(names, key)}`
const parse = (...lines: string[]) => parseKnownHosts(lines.join('\n'), '/kh')
const judge = (lines: string[], key: Buffer, name = 'mon-a', bare = 'mon-a') =>
  judgeKey(parse(...lines), name, bare, key)

/** The hashed form of a name, as OpenSSH writes it. */
function hashName(name: string, salt: Buffer): string {
  const hash = createHmac('sha1', salt).update(name).digest('base64')
  return `|1|${salt.toString('base64')}|${hash}`
}

describe('known_hosts', () => {
  it('knows a plain name, one of a list, and one of a pattern', () => {
    for (const names of ['mon-a', 'x,mon-a', 'mon-*', 'mon-?', 'MON-A']) {
      assert.deepEqual(judge([line(names, ed25519)], ed25519), { kind: 'known' }, names)
    }
  })

  it('leaves out what a pattern with an exclamation mark names', () => {
    assert.equal(judge([line('mon-*,!mon-a', ed25519)], ed25519).kind, 'unknown')
  })

  it('does not take a dot for any character', () => {
    assert.equal(judge([line('mon.a', ed25519)], ed25519).kind, 'unknown')
  })

  it('knows a hashed name that ssh-keygen wrote', () => {
    // The hash of 192.168.1.61 from OpenSSH's own manual of the format.
    const text = `|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ${line('', ed25519).trim()}`
    const [entry] = parseKnownHosts(text, '/kh')
    assert.ok(entry !== undefined && entryMatches(entry, '192.168.1.61'))
    assert.ok(!entryMatches(entry, '192.168.1.62'))
  })

  it('finds each name under its own hash and under no other', () => {
    fc.assert(
      fc.property(
        fc.domain(),
        fc.domain(),
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        (name, wrong, salt) => {
          const [entry] = parse(line(hashName(name, Buffer.from(salt)), ed25519))
          assert.ok(entry !== undefined && entryMatches(entry, name))
          assert.equal(entryMatches(entry, wrong), name === wrong)
        },
      ),
    )
  })

  it('reads back what it writes, for any name and port', () => {
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), (address, port) => {
        const name = knownName(address, port)
        const entries = parseKnownHosts(`# comment\n${line(name, ed25519)}\n`, '/kh')
        assert.equal(judgeKey(entries, name, address.toLowerCase(), ed25519).kind, 'known')
      }),
    )
  })

  it('never throws, whatever a file holds', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void judge([text], ed25519)))
  })

  it('files a host under its port where that is not 22', () => {
    assert.equal(knownName('Mon-A', 22), 'mon-a')
    assert.equal(knownName('Mon-A', 2222), '[mon-a]:2222')
    assert.equal(judge([line('[mon-a]:2222', ed25519)], ed25519, '[mon-a]:2222').kind, 'known')
    assert.equal(judge([line('[mon-a]:2222', ed25519)], ed25519).kind, 'unknown')
  })

  it('takes the same key without port for good, a different one not for a change', () => {
    assert.equal(judge([line('mon-a', ed25519)], ed25519, '[mon-a]:2222').kind, 'known')
    assert.equal(judge([line('mon-a', other)], ed25519, '[mon-a]:2222').kind, 'unknown')
  })

  it('tells where the key stands that has changed', () => {
    const verdict = judge(['# x', line('mon-a', rsa), line('mon-a', other)], ed25519)
    assert.ok(verdict.kind === 'changed')
    assert.deepEqual([verdict.entry.file, verdict.entry.line], ['/kh', 3])
  })

  it('takes a key of another type for a change', () => {
    assert.equal(judge([line('mon-a', rsa)], ed25519).kind, 'changed')
  })

  it('refuses a revoked key even where it is known too', () => {
    const lines = [line('mon-a', ed25519), line('*', ed25519, 'revoked')]
    assert.equal(judge(lines, ed25519).kind, 'revoked')
    assert.equal(judge(lines, other).kind, 'changed')
  })

  it('does not trust an authority, and says that it saw one', () => {
    const verdict = judge([line('mon-*', ed25519, 'cert-authority')], ed25519)
    assert.ok(verdict.kind === 'unknown')
    assert.equal(verdict.authority?.line, 1)
  })

  it('passes over lines that are no entries', () => {
    assert.deepEqual(
      parse('', 'mon-a', 'mon-a ssh-ed25519 AAAA', '@other mon-a x y', 'mon-a 1024 35 1234'),
      [],
    )
  })

  it('names the types that a host is known by', () => {
    const entries = parse(line('mon-a', rsa), line('mon-b', ed25519), line('mon-a', other, 'revoked'))
    assert.deepEqual(knownTypes(entries, 'mon-a', 'mon-a'), ['ssh-rsa'])
    assert.deepEqual(knownTypes(entries, '[mon-b]:2222', 'mon-b'), ['ssh-ed25519'])
  })

  it('finds in an index all that a look at each line finds, and in its order, also what was added later', () => {
    const names = ['mon-a', 'MON-A', 'mon-b', '[mon-a]:2222', 'x', 'mon-*', '!mon-a', 'mon-?']
    const salted = names.map((name, n) => hashName(name.toLowerCase(), Buffer.alloc(20, n)))
    const list = fc.oneof(
      fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }).map(some => some.join(',')),
      fc.constantFrom(...salted),
    )
    const lookedUp = fc.constantFrom('mon-a', 'mon-b', '[mon-a]:2222', 'x', 'y')
    fc.assert(
      fc.property(
        fc.array(list, { maxLength: 12 }),
        fc.nat(12),
        lookedUp,
        lookedUp,
        (lists, cut, name, bare) => {
          const entries = parse(...lists.map(one => line(one, ed25519)))
          const matches = (entry: (typeof entries)[number]) =>
            entryMatches(entry, name) || entryMatches(entry, bare)
          const index = indexEntries(entries.slice(0, cut))
          index.add(entries.slice(cut))
          assert.deepEqual(index.find(name, bare).filter(matches), entries.filter(matches))
        },
      ),
    )
  })

  it('prints fingerprints as OpenSSH does', () => {
    assert.match(keyFingerprint(ed25519), /^SHA256:[A-Za-z0-9+/]{43}$/)
  })
})

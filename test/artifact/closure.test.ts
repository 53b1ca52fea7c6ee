/** What a host lacks for a package: by hand-made cases, by dpkg's own word, and by properties over random archives. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { type Candidate, closureOf, type Installed, type Offers } from '../../src/artifact/debian/closure.ts'
import { parseRelations, satisfies } from '../../src/artifact/debian/relation.ts'
import { compareDebianVersions } from '../../src/artifact/debian/version.ts'

const candidate = (name: string, version: string, depends = '', provides = ''): Candidate => ({
  ...{ name, version, depends, provides },
})
const there = (name: string, version: string, provides = ''): Installed => ({ name, version, provides })

function offersOf(archive: readonly Candidate[]): Offers<Candidate> {
  const names = (field: string) => parseRelations(field).flatMap(group => group.map(({ name }) => name))
  return {
    named: wanted => archive.filter(({ name }) => name === wanted),
    providing: wanted => archive.filter(({ provides }) => names(provides).includes(wanted)),
  }
}

function chosen(wanted: readonly string[], installed: readonly Installed[], archive: readonly Candidate[]) {
  const found = closureOf(wanted, installed, offersOf(archive))
  return 'chain' in found ? found : found.chosen.map(({ name, version }) => `${name} ${version}`).sort()
}

describe("Debian's versions", () => {
  it('are ordered as dpkg orders them', function () {
    if (spawnSync('dpkg', ['--version']).error) this.skip()
    const part = fc.stringMatching(/^[0-9][0-9a-z.+~]{0,5}$/)
    const version = fc
      .tuple(fc.constantFrom('', '1:', '0:'), part, fc.constantFrom('', '-1', '-1+b2', '-0~deb12u1', '-10'))
      .map(words => words.join(''))
    // Most of two such versions differ at once: what tells the rules apart is what they have in common.
    const tail = fc.constantFrom('', '~', '~~', '~rc1', 'a', '+b1', '.', '0', '01', '1', '-1', '-1~')
    const kin = fc.tuple(part, tail, tail).map(([head, a, b]) => [`${head}${a}`, `${head}${b}`] as const)
    fc.assert(
      fc.property(fc.oneof(fc.tuple(version, version), kin), ([a, b]) => {
        const sign = compareDebianVersions(a, b)
        const word = sign < 0 ? 'lt' : sign > 0 ? 'gt' : 'eq'
        assert.equal(spawnSync('dpkg', ['--compare-versions', a, word, b]).status, 0, `${a} ${word} ${b}`)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the closure of a package', () => {
  const archive = [
    candidate(
      'keepalived',
      '1:2.2.7-1',
      'libc6 (>= 2.36), libnl-3-200 (>= 3.2.27), iproute2 | ifupdown, init',
    ),
    candidate('libnl-3-200', '3.7.0-0.2', 'libc6 (>= 2.17)'),
    candidate('libc6', '2.36-9', 'libgcc-s1'),
    candidate('libgcc-s1', '12.2.0', 'libc6 (>= 2.35)'),
    candidate('systemd-sysv', '252', '', 'init'),
  ]
  const base = [there('libc6', '2.36-9'), there('iproute2', '6.1'), there('sysvinit', '3', 'init')]

  it('is what is missing, and nothing that is there', () => {
    assert.deepEqual(chosen(['keepalived'], base, archive), ['keepalived 1:2.2.7-1', 'libnl-3-200 3.7.0-0.2'])
  })

  it('renews what is too old, and leaves alone what is newer than the archive', () => {
    const old = [there('libc6', '2.30-1'), ...base.slice(1)]
    assert.deepEqual(chosen(['keepalived'], old, archive), [
      ...['keepalived 1:2.2.7-1', 'libc6 2.36-9', 'libgcc-s1 12.2.0', 'libnl-3-200 3.7.0-0.2'],
    ])
    const newer = [there('libc6', '2.41-3'), ...base.slice(1)]
    assert.deepEqual(chosen(['keepalived'], newer, archive), [
      ...['keepalived 1:2.2.7-1', 'libnl-3-200 3.7.0-0.2'],
    ])
  })

  it('takes what provides a name that no package has, and the second alternative where the first cannot be had', () => {
    const bare = [there('libc6', '2.36-9')]
    const withSecond = [...archive, candidate('ifupdown', '0.8')]
    assert.deepEqual(chosen(['keepalived'], bare, withSecond), [
      ...['ifupdown 0.8', 'keepalived 1:2.2.7-1', 'libnl-3-200 3.7.0-0.2', 'systemd-sysv 252'],
    ])
    const hopeless = [...withSecond, candidate('iproute2', '6.1', 'libmissing')]
    assert.deepEqual(chosen(['keepalived'], bare, hopeless), [
      ...['ifupdown 0.8', 'keepalived 1:2.2.7-1', 'libnl-3-200 3.7.0-0.2', 'systemd-sysv 252'],
    ])
  })

  it('says by which way it came to what cannot be had', () => {
    assert.deepEqual(
      chosen(
        ['keepalived'],
        base,
        archive.filter(({ name }) => name !== 'libnl-3-200'),
      ),
      {
        chain: ['keepalived', 'libnl-3-200 (>= 3.2.27)'],
      },
    )
    assert.deepEqual(chosen(['nonesuch'], base, archive), { chain: ['nonesuch'] })
  })

  it('asks a version of what provides something only where that has one', () => {
    const wanting = candidate('x', '1', 'api (>= 2)')
    assert.deepEqual(chosen(['x'], [there('p', '3', 'api')], [wanting]), { chain: ['x', 'api (>= 2)'] })
    assert.deepEqual(chosen(['x'], [there('p', '3', 'api (= 2)')], [wanting]), ['x 1'])
  })
})

describe('the closure of random packages', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
  const version = fc.constantFrom('1', '2', '3')
  const relation = fc
    .tuple(name, fc.option(fc.tuple(fc.constantFrom('>=', '<<', '='), version)))
    .map(([of, asked]) => (asked ? `${of} (${asked[0]} ${asked[1]})` : of))
  const group = fc.array(relation, { minLength: 1, maxLength: 2 }).map(all => all.join(' | '))
  const depends = fc.array(group, { maxLength: 3 }).map(all => all.join(', '))
  const provides = fc.constantFrom('', '', 'a', 'b (= 2)', 'c')
  const archive = fc.array(fc.record({ name, version, depends, provides }), { maxLength: 8 })
  const installed = fc.uniqueArray(fc.record({ name, version, provides }), { selector: one => one.name })

  const has = (state: readonly Installed[], text: string) =>
    parseRelations(text).every(alternatives =>
      alternatives.some(asked =>
        state.some(
          one =>
            (one.name === asked.name && satisfies(asked, one.version)) ||
            parseRelations(one.provides).some(offered =>
              offered.some(({ name: of, version: as }) => of === asked.name && satisfies(asked, as?.version)),
            ),
        ),
      ),
    )

  it('leaves nothing unsatisfied of what it chose, takes nothing twice and nothing back', () => {
    fc.assert(
      fc.property(name, installed, archive, (wanted, before, offered) => {
        const found = closureOf([wanted], before, offersOf(offered))
        if ('chain' in found) return
        const names = new Set(found.chosen.map(one => one.name))
        assert.equal(names.size, found.chosen.length)
        const after = [...before.filter(one => !names.has(one.name)), ...found.chosen]
        assert.ok(has(after, wanted), `${wanted} is there afterwards`)
        for (const one of found.chosen) {
          assert.ok(has(after, one.depends), `${one.name} has what it needs`)
          const old = before.find(other => other.name === one.name)
          assert.ok(old === undefined || compareDebianVersions(one.version, old.version) > 0)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

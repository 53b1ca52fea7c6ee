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
  it('are ordered as dpkg orders them', () => {
    const missing = spawnSync('dpkg', ['--version']).error
    if (missing) assert.fail(`dpkg, whose word this asks, cannot be started: ${missing.message}`)
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
      { numRuns: 100 },
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

describe('the closure of packages that ask different versions of one', () => {
  const archive = [
    candidate('k', '1', 'lib, helper'),
    candidate('helper', '1', 'lib (= 1)'),
    candidate('lib', '2'),
    candidate('lib', '1'),
  ]

  it('takes the older one where only that goes with the rest', () => {
    assert.deepEqual(chosen(['k'], [], archive), ['helper 1', 'k 1', 'lib 1'])
  })

  it('goes back where a choice that was free turns out wrong', () => {
    // Each of the two can be had in two ways, and the first ways do not go together.
    const twice = [
      candidate('k', '1', 'x | y, u | v'),
      ...[candidate('x', '1', 'lib (= 2)'), candidate('y', '1', 'lib (= 1)')],
      ...[candidate('u', '1', 'lib (= 1)'), candidate('v', '1', 'lib (= 3)')],
      ...[candidate('lib', '2'), candidate('lib', '1')],
    ]
    assert.deepEqual(chosen(['k'], [], twice), ['k 1', 'lib 1', 'u 1', 'y 1'])
  })

  it('does so among what is wanted too', () => {
    assert.deepEqual(chosen(['lib', 'helper'], [], archive), ['helper 1', 'lib 1'])
  })

  it('renews nothing that one of them has to have as it is', () => {
    const held = [candidate('k', '1', 'a (<< 2), b'), candidate('b', '1', 'a (>= 2)'), candidate('a', '2')]
    assert.deepEqual(chosen(['k'], [there('a', '1')], held), { chain: ['k', 'a (<< 2)'] })
    const other = [...held, candidate('c', '1', '', 'a (= 1)')]
    assert.deepEqual(chosen(['k'], [there('a', '1')], other), ['a 2', 'b 1', 'c 1', 'k 1'])
  })

  it('ends where there are too many ways to try', () => {
    // Twenty choices between two each, none of which matters, and what cannot be had behind the last of them.
    const choices = Array.from({ length: 20 }, (_, index) => [
      candidate(`x${index}`, '1', `x${index + 1} | y${index + 1}`),
      candidate(`y${index}`, '1', `x${index + 1} | y${index + 1}`),
    ]).flat()
    const found = chosen(['x0'], [], choices)
    assert.deepEqual('chain' in found && found.chain.at(-1), 'x20 | y20')
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

  /** What is wrong with taking these. */
  const fault = (wanted: string, before: readonly Installed[], taken: readonly Candidate[]) => {
    const names = new Set(taken.map(one => one.name))
    if (names.size < taken.length) return 'two of one name'
    const after = [...before.filter(one => !names.has(one.name)), ...taken]
    if (!has(after, wanted)) return `${wanted} is not there afterwards`
    const lacking = taken.find(one => !has(after, one.depends))
    if (lacking) return `${lacking.name} lacks what it needs`
    const older = taken.find(({ name: of, version: to }) =>
      before.some(old => old.name === of && compareDebianVersions(to, old.version) <= 0),
    )
    return older && `${older.name} would not be newer`
  }

  const subsets = (offered: readonly Candidate[]) =>
    Array.from({ length: 2 ** offered.length }, (_, bits) => offered.filter((_, at) => (bits >> at) & 1))

  it('leaves nothing unsatisfied, takes nothing twice and nothing back, and is found wherever there is one', () => {
    fc.assert(
      fc.property(name, installed, archive, (wanted, before, offered) => {
        const found = closureOf([wanted], before, offersOf(offered))
        if ('chosen' in found) assert.equal(fault(wanted, before, found.chosen), undefined)
        else assert.ok(subsets(offered).every(taken => fault(wanted, before, taken) !== undefined))
      }),
      { numRuns: 1000 },
    )
  })
})

/** What a host lacks for a package, as this machine's apt sees it: each case an archive, a host and what is wanted. */
import assert from 'node:assert/strict'
import { closureOf, lockedClosure, type PackageVersion } from '../../../src/artifact/debian/closure.ts'
import type { IndexedPackage } from '../../../src/artifact/debian/package-index.ts'
import { openApt } from '../../../src/artifact/debian/private-apt.ts'
import type { Installed } from '../../../src/shell/package/install.ts'

const offer = (name: string, version: string, depends = '', provides = ''): IndexedPackage => ({
  ...{ name, version, depends, provides },
  ...{ filename: `pool/${name}.deb`, sha256: 'a'.repeat(64), size: 1 },
})
const there = (name: string, version: string, provides = ''): Installed => ({ name, version, provides })
const shown = (chosen: readonly PackageVersion[]) =>
  chosen.map(({ name, version }) => `${name} ${version}`).sort()

const archive = [
  offer('keepalived', '1:2.2.7-1', 'libc6 (>= 2.36), libnl-3-200 (>= 3.2.27), iproute2 | ifupdown, init'),
  offer('libnl-3-200', '3.7.0-0.2', 'libc6 (>= 2.17)'),
  offer('libc6', '2.36-9', 'libgcc-s1'),
  offer('libgcc-s1', '12.2.0'),
  offer('systemd-sysv', '252', '', 'init'),
]
const base = [there('libc6', '2.36-9'), there('iproute2', '6.1'), there('sysvinit', '3', 'init')]

interface Case {
  readonly is: string
  readonly offered: readonly IndexedPackage[]
  readonly installed: readonly Installed[]
  readonly wanted: readonly string[]
  /** What is chosen, or what apt says. */
  readonly gives: readonly string[] | RegExp
}

const cases: readonly Case[] = [
  {
    is: 'what is missing, and nothing that is there',
    ...{ offered: archive, installed: base, wanted: ['keepalived'] },
    gives: ['keepalived 1:2.2.7-1', 'libnl-3-200 3.7.0-0.2'],
  },
  {
    is: 'a newer version of what is too old',
    ...{ offered: archive, wanted: ['keepalived'] },
    installed: [there('libc6', '2.30-1'), ...base.slice(1)],
    gives: ['keepalived 1:2.2.7-1', 'libc6 2.36-9', 'libgcc-s1 12.2.0', 'libnl-3-200 3.7.0-0.2'],
  },
  {
    is: 'nothing older than what is there',
    ...{ offered: archive, wanted: ['keepalived'] },
    installed: [there('libc6', '2.41-3'), ...base.slice(1)],
    gives: ['keepalived 1:2.2.7-1', 'libnl-3-200 3.7.0-0.2'],
  },
  {
    is: 'the second of two alternatives, and what provides a name',
    offered: [...archive, offer('ifupdown', '0.8')],
    ...{ installed: base.slice(0, 1), wanted: ['keepalived'] },
    gives: ['ifupdown 0.8', 'keepalived 1:2.2.7-1', 'libnl-3-200 3.7.0-0.2', 'systemd-sysv 252'],
  },
  {
    is: 'what serves any architecture, if it is there for the host’s own',
    offered: [offer('x', '1', 'python3:any')],
    ...{ installed: [there('python3', '3')], wanted: ['x'] },
    gives: ['x 1'],
  },
  {
    is: 'all that several need',
    ...{ offered: [offer('a', '1', 'c'), offer('b', '1', 'c'), offer('c', '1')], installed: [] },
    ...{ wanted: ['a', 'b'], gives: ['a 1', 'b 1', 'c 1'] },
  },
  {
    is: 'told by what needs it, if it cannot be had',
    offered: archive.filter(({ name }) => name !== 'libnl-3-200'),
    ...{
      installed: base,
      wanted: ['keepalived'],
      gives: /^keepalived : Depends: libnl-3-200 \(>= 3\.2\.27\)/,
    },
  },
  {
    is: 'told by its name, if there is no such package',
    ...{
      offered: archive,
      installed: base,
      wanted: ['nonesuch'],
      gives: /Unable to locate package nonesuch/,
    },
  },
]

describe('what a host lacks', function () {
  this.timeout(30_000)

  for (const { is, offered: pinned, installed, wanted, gives } of cases)
    it(`is ${is}`, async () => {
      // Of another architecture than this machine's, if that is a PC.
      const apt = (await openApt('arm64')) ?? assert.fail('this test needs apt')
      const found = await closureOf(apt, { wanted, installed, pinned, arch: 'arm64' })
      if (gives instanceof RegExp) assert.match('why' in found ? found.why : 'chosen', gives)
      else assert.deepEqual('chosen' in found ? shown(found.chosen) : found, gives)
    })

  it('is not asked any more once the run is interrupted', async () => {
    const interrupt = new AbortController()
    const apt = (await openApt('amd64', interrupt.signal)) ?? assert.fail('this test needs apt')
    interrupt.abort(new Error('interrupted'))
    const request = { wanted: ['x'], installed: [], pinned: [], arch: 'amd64' }
    await assert.rejects(closureOf(apt, request), /interrupted/)
  })

  it('is not asked for an architecture that would be a setting of apt', async () => {
    await assert.rejects(openApt('amd64"; Dir "/'), /not the name of a release or an architecture/)
  })
})

describe('what a host may lack of locked packages, without apt', () => {
  it('is all that those depend on by name, however they depend on each other', () => {
    const locked = [...archive, offer('libgcc-s1', '12', 'libc6'), offer('unrelated', '1')]
    const found = lockedClosure(['keepalived'], locked) ?? []
    assert.deepEqual([...new Set(found.map(({ name }) => name))].sort(), [
      ...['keepalived', 'libc6', 'libgcc-s1', 'libnl-3-200', 'systemd-sysv'],
    ])
  })

  it('is not known if one that is wanted is not locked', () => {
    assert.equal(lockedClosure(['keepalived', 'haproxy'], archive), undefined)
  })
})

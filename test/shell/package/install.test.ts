/** What the scripts about packages do on a host, be it is left by one that was cut off, or failed half-way. */
import assert from 'node:assert/strict'
import { chmodSync, existsSync } from 'node:fs'
import { packageQuestion, parsePackageFacts } from '../../../src/shell/observe/packages.ts'
import { installBroughtScript, installScript } from '../../../src/shell/package/install.ts'
import type { Manager } from '../../../src/shell/package/manager.ts'
import { removalLines, removalScript } from '../../../src/shell/package/removal.ts'
import { type PackageHost, packageHost } from '../support/package-host.ts'

const installing = (manager: Manager, ...names: readonly string[]) =>
  installScript({ manager, names, run: 'r' }).render('n')
const leaving = (...names: readonly string[]): string =>
  removalScript({ leaving: names.map(name => ({ component: name, name })), wanted: [], run: 'r' }).render('n')
const orphans = removalScript({ leaving: [], wanted: [], run: 'r' }).render('n')

let host: PackageHost
afterEach(() => host?.remove())

describe('installing packages by apt', function () {
  this.timeout(60_000)
  beforeEach(() => {
    host = packageHost('apt')
  })

  it('starts nothing and switches off what comes with them, and notes whose they are', () => {
    assert.deepEqual(host.install(installing('apt', 'a', 'b')), { state: 'installed' })
    assert.deepEqual([host.state('a'), host.state('b')], ['installed', 'installed'])
    assert.deepEqual(host.units(), [])
    assert.deepEqual(host.notes(), ['a', 'b'])
    assert.deepEqual(host.policies(), [])
    assert.equal(existsSync(host.promha('packaging')), false)
  })

  it('lets others who are at work meanwhile start what they like', () => {
    host.install(installing('apt', 'a'))
    assert.deepEqual(host.asked(), ['other.service restart 0', 'a.service start 101'])
  })

  it('asks a policy of the host’s own all the same, and leaves it was', () => {
    const own = `#!/bin/sh\n[ "$1" != other.service ] || exit 101\n`
    host.write(host.policy, own)
    chmodSync(host.policy, 0o755)
    host.install(installing('apt', 'a'))
    assert.deepEqual(host.asked(), ['other.service restart 101', 'a.service start 101'])
    assert.equal(host.read(host.policy), own)
    assert.deepEqual(host.policies(), ['policy-rc.d'])
  })

  it('has a policy of the host’s own in force at each moment, wherever it is cut off', () => {
    const own = '#!/bin/sh\nexit 101\n'
    const ask =
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin; invoke() { /usr/sbin/policy-rc.d x.service start; echo $?; }'
    // Behind each command that touches it: what it says.
    const spy = (name: string) =>
      `${name}() { command ${name} "$@"; case $* in *policy-rc.d*) invoke >>/run/said ;; esac; }`
    host.write(host.policy, own)
    chmodSync(host.policy, 0o755)
    host.install([ask, ...['cp', 'mv', 'rm'].map(spy), installing('apt', 'a')].join('\n'))
    assert.equal(host.read(host.at('run/said')), '101\n'.repeat(3))
    // As a run leaves it that is killed once its own is in place.
    const killed = installing('apt', 'b').replaceAll('unhush;', 'kill -9 $$$$;')
    assert.equal(host.run(killed).code, null)
    assert.match(host.read(host.policy) ?? '', /# promha: /)
    assert.deepEqual(host.run(`${ask}; invoke`).stdout, '101\n')
    assert.deepEqual(host.install(installing('apt', 'b')), { state: 'installed' })
    assert.equal(host.read(host.policy), own)
    assert.deepEqual(host.policies(), ['policy-rc.d'])
  })

  it('installs nothing where no policy can be put in place, and says so', () => {
    host.write(`${host.policy}.new/x`, '')
    const answer = host.install(installing('apt', 'a'))
    assert.equal(answer?.state, 'failed')
    assert.match(answer.why, /policy-rc\.d cannot be written/)
    assert.equal(host.state('a'), undefined)
    assert.deepEqual(host.notes(), [])
  })

  it('that fails half-way is promha’s still, and is completed by the next run', () => {
    host.unit('enabled mine.service')
    host.mode('halfway')
    assert.equal(host.install(installing('apt', 'a'))?.state, 'failed')
    assert.equal(host.state('a'), 'half-configured')
    assert.deepEqual(host.notes(), ['.installing.a', 'a'])
    assert.deepEqual(host.note('.installing.a'), ['enabled mine.service'])
    const { stdout } = host.run(`PATH=/usr/sbin:/usr/bin; ${packageQuestion(['a'])}`)
    const seen = parsePackageFacts(stdout.split('\n'))
    assert.deepEqual([[...seen.installed], [...seen.ours]], [[], ['a']])
    host.mode('')
    assert.deepEqual(host.install(installing('apt', 'a')), { state: 'installed' })
    assert.deepEqual(host.units(), ['enabled mine.service'])
    assert.deepEqual(host.notes(), ['a'])
  })

  it('that brings nothing leaves neither note nor mark', () => {
    host.mode('full')
    const answer = host.install(installing('apt', 'a'))
    assert.equal(answer?.state, 'failed')
    assert.match(answer.why, /No space left/)
    assert.deepEqual(host.notes(), [])
    // Nor what a run has left that was cut off before it began.
    host.write(host.promha('packages/a'), 'a\n')
    host.write(host.promha('packages/.installing.a'), '')
    host.mode('unknown')
    assert.equal(host.install(installing('apt', 'a'))?.state, 'unreached')
    assert.deepEqual(host.notes(), [])
  })

  it('puts right by itself what it left interrupted, and nothing that it did not', () => {
    host.has('a', 'half-configured')
    host.mode('interrupted')
    const answer = host.install(installing('apt', 'a'))
    assert.equal(answer?.state, 'failed')
    assert.match(answer.why, /dpkg was interrupted/)
    host.has('a', 'half-configured')
    host.write(host.promha('packages/a'), 'a\n')
    host.write(host.promha('packages/.installing.a'), '')
    host.asked()
    assert.deepEqual(host.install(installing('apt', 'a')), { state: 'installed' })
    assert.equal(host.asked()[0], 'a.service start 101')
    assert.deepEqual(host.units(), [])
  })

  it('takes once more what was being unpacked when dpkg was cut off, and what came with it', () => {
    for (const name of ['a', 'a-lib']) host.has(name, 'half-installed')
    host.write(host.promha('packages/a'), 'a\na-lib\n')
    host.write(host.promha('packages/.installing.a'), '')
    assert.deepEqual(host.install(installing('apt', 'a')), { state: 'installed' })
    assert.equal(host.state('a-lib'), 'installed')
    assert.deepEqual(host.note('a'), ['a', 'a-lib'])
  })

  it('stops what somebody else’s completion of it has started, and not what ran before', () => {
    host.unit('active b.service')
    host.mode('halfway')
    for (const name of ['a', 'b']) host.install(installing('apt', name))
    host.mode('')
    for (const name of ['a', 'b']) host.has(name, 'installed')
    for (const line of ['enabled b.service', 'active a.service']) host.unit(line)
    assert.deepEqual(host.install(installing('apt', 'a', 'b')), { state: 'installed' })
    assert.deepEqual(host.units(), ['active b.service'])
  })

  it('tells which service could not be switched off, and is not done as long as one is on', () => {
    host.mode('masked-a.service')
    const answer = host.install(installing('apt', 'a', 'b'))
    assert.equal(answer?.state, 'failed')
    assert.match(answer.why, /^E: a\.service could not be disabled: .*is odd/m)
    assert.deepEqual(host.notes(), ['.installing.a', 'a', 'b'])
    assert.deepEqual(host.units(), ['enabled a.service'])
    host.mode('')
    assert.deepEqual(host.install(installing('apt', 'a')), { state: 'installed' })
    assert.deepEqual(host.units(), [])
  })

  it('says which file it cannot write, be it the note or the mark', () => {
    host.write(host.promha('packages'), '')
    for (const status of ['not-installed', 'half-configured']) {
      host.has('a', status)
      const answer = host.install(installing('apt', 'a'))
      assert.equal(answer?.state, 'failed')
      assert.match(answer.why, /promha\/packages cannot be written/)
      assert.equal(host.state('a'), status)
    }
  })

  it('from what was brought takes those files and versions, and nothing that lay there', () => {
    const brought = (file: string) => host.write(host.promha(`repository/${file}`), 'x')
    for (const file of ['.promha-new.a_1.deb', 'old_1.deb']) brought(file)
    const request = { manager: 'apt', names: ['a'], run: 'r' } as const
    const script = installBroughtScript(request, [{ name: 'a', version: '1', file: 'a_1.deb' }]).render('n')
    const shown = script.replace('done >Packages', 'done >Packages; cp Packages /run/shown')
    assert.deepEqual(host.install(shown), { state: 'installed' })
    assert.deepEqual(host.read(host.at('run/shown'))?.match(/^Filename: .*/gm), ['Filename: ./a_1.deb'])
    assert.ok(host.calls().includes('apt-get install a=1'))
    assert.equal(existsSync(host.promha('repository')), false)
  })
})

describe('removing packages by apt', function () {
  this.timeout(60_000)
  beforeEach(() => {
    host = packageHost('apt')
    host.write(host.promha('packages/a'), 'a\n')
    host.write(host.promha('state/a'), 'restart=\nmade package a\n')
  })
  const nothing = { lost: false, kept: new Map(), failed: new Map() }

  it('takes those that are only half there, too', () => {
    for (const status of ['installed', 'half-configured', 'unpacked', 'triggers-pending']) {
      host.has('a', status)
      host.write(host.promha('packages/a'), 'a\n')
      assert.deepEqual(host.uninstall(leaving('a')), nothing)
      assert.equal(host.state('a'), undefined, status)
      assert.equal(existsSync(host.promha('packages')), false)
    }
  })

  it('forgets none that stays', () => {
    host.has('a', 'half-configured')
    host.mode('stuck-purge')
    assert.deepEqual(host.uninstall(leaving('a')), {
      ...nothing,
      failed: new Map([['a', 'E: purge failed']]),
    })
    assert.deepEqual(host.notes(), ['a'])
    assert.ok(host.read(host.promha('state/a'))?.includes('made package a'))
  })

  it('puts right first what a run has left interrupted, without a start of its service', () => {
    host.has('a', 'half-configured')
    host.write(host.promha('packages/.installing.a'), '')
    host.mode('interrupted')
    assert.deepEqual(host.uninstall(leaving('a')), nothing)
    assert.equal(host.state('a'), undefined)
    assert.deepEqual(host.asked(), ['a.service start 101', 'a.service stop 0'])
  })

  it('stops the package’s own service, and leaves somebody’s own unit of its name alone', () => {
    host.has('a', 'installed')
    host.unit('active a.service')
    host.uninstall(leaving('a'))
    assert.deepEqual(host.units(), [])
    host.has('a', 'installed')
    host.write(host.promha('packages/a'), 'a\n')
    host.write(host.at('units/a.service'), '[Service]\n')
    host.uninstall(leaving('a'))
    assert.deepEqual(host.asked(), ['a.service stop 0', 'a.service stop 101'])
  })

  it('begins nothing where no policy can be put in place', () => {
    host.has('a', 'installed')
    host.write(`${host.policy}.new/x`, '')
    assert.match(host.uninstall(leaving('a'))?.failed.get('a') ?? '', /policy-rc\.d cannot be written/)
    assert.equal(host.state('a'), 'installed')
  })

  it('purges what an earlier run came no further than to remove, but not what was configured before', () => {
    host.write(host.promha('packages/a'), 'a\na-lib\nmine\n')
    host.write(host.promha('packages/.configured'), 'mine\n')
    for (const name of ['a', 'a-lib', 'mine']) host.has(name, 'config-files')
    host.mode('stuck-purge')
    assert.equal(host.uninstall(leaving('a'))?.failed.get('a'), 'E: purge failed')
    assert.deepEqual(host.notes(), ['a'])
    host.mode('')
    assert.deepEqual(host.uninstall(leaving('a')), nothing)
    assert.deepEqual(
      [host.state('a'), host.state('a-lib'), host.state('mine')],
      [undefined, undefined, 'config-files'],
    )
  })

  it('takes away what a killed run has left', () => {
    host.write(host.policy, '#!/bin/sh\n# promha: x\n')
    host.write(`${host.policy}.promha`, 'own')
    assert.deepEqual(host.uninstall(orphans), nothing)
    assert.deepEqual([host.read(host.policy), host.policies()], ['own', ['policy-rc.d']])
  })

  it('says where another run is at work with packages, and touches nothing', () => {
    host.has('a', 'installed')
    const impatient = (script: string) => script.replace('flock -w 300 7', 'flock -n 7')
    const busy = (script: string) =>
      host.uninstall(`exec 8>/run/promha-packages.lock; flock 8; ${impatient(script)}`)
    assert.match(busy(leaving('a'))?.unable ?? '', /is held by another run/)
    assert.match(busy(orphans)?.unable ?? '', /is held by another run/)
    assert.deepEqual([host.state('a'), host.notes()], ['installed', ['a']])
    const lines = removalLines('n', { leaving: [], wanted: [] }).join('\n')
    const { stdout } = host.run(
      `exec 8>/run/promha-packages.lock; flock 8; ${impatient(lines)} || echo failed`,
    )
    assert.match(stdout, /failed\n$/)
  })
})

describe('packages by dnf', function () {
  this.timeout(60_000)
  beforeEach(() => {
    host = packageHost('dnf')
  })

  it('are noted with what came with them, their services off, and go with that', () => {
    assert.deepEqual(host.install(installing('dnf', 'a')), { state: 'installed' })
    assert.deepEqual(host.note('a'), ['a', 'a-lib'])
    assert.deepEqual([host.units(), host.notes()], [[], ['a']])
    assert.deepEqual(host.policies(), [])
    host.uninstall(leaving('a'))
    assert.deepEqual([host.state('a'), host.state('a-lib')], [undefined, undefined])
  })

  it('that no source brings leave neither note nor mark: installed by hand then, they are the user’s', () => {
    host.mode('unknown')
    assert.equal(host.install(installing('dnf', 'a'))?.state, 'unreached')
    assert.deepEqual(host.notes(), [])
    host.mode('')
    host.has('a', 'installed')
    host.unit('enabled a.service')
    const { stdout } = host.run(`PATH=/usr/sbin:/usr/bin; ${packageQuestion(['a'])}`)
    assert.deepEqual([...parsePackageFacts(stdout.split('\n')).installed], [['a', '1-1']])
    // Also where that happens while promha is about to install it.
    assert.deepEqual(host.install(installing('dnf', 'a')), { state: 'installed' })
    assert.deepEqual([host.notes(), host.units()], [[], ['enabled a.service']])
  })
})

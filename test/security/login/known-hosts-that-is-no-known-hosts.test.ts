import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoginTarget } from '../../../src/ssh/config/target.ts'
import { createHostKeys } from '../../../src/ssh/key/host-keys.ts'
import { knownHostsLine } from '../../../src/ssh/key/known-hosts.ts'
import { problemsOf } from '../../artifact/support.ts'
import { sampleKey } from '../../ssh/support/keys.ts'
import { requireRoot } from '../support/root.ts'
import { stranger } from '../support/stranger.ts'

const key = sampleKey('ssh-ed25519', 1)
const line = `${knownHostsLine('mon-a', key)}\n`
const other = `${knownHostsLine('mon-b', sampleKey('ssh-ed25519', 2))}\n`

describe('a known_hosts that is none', () => {
  before(requireRoot)
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-known-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const at = (name: string) => join(folder, name)
  const target = (name: string, rest: Partial<LoginTarget> = {}): LoginTarget => ({
    address: 'mon-a',
    port: 22,
    user: 'ops',
    identityFiles: [],
    identitiesOnly: false,
    knownHosts: [at(name)],
    hostKey: 'accept-new',
    jumps: [],
    connectTimeout: 1000,
    ignoredCriteria: [],
    ...rest,
  })
  /** What a login with `accept-new` does with a key that it has not seen before. */
  const accept = async (name: string, rest?: Partial<LoginTarget>) =>
    (await createHostKeys()(target(name, rest))).remember(key)
  const refused = async (work: Promise<unknown>) => (await problemsOf(work))[0] ?? assert.fail()

  it('gets a line if it holds only entries', async () => {
    writeFileSync(at('known_hosts'), `# mine\n${other}old 1024 35 1234567\n@revoked ${other}`)
    assert.deepEqual(await accept('known_hosts'), { kind: 'known' })
    assert.ok(readFileSync(at('known_hosts'), 'utf8').endsWith(`@revoked ${other}${line}`))
    await accept('known_hosts.d/fleet')
    assert.equal(readFileSync(at('known_hosts.d/fleet'), 'utf8'), line)
  })

  it('is not written to, whatever it is called', async () => {
    for (const [name, text] of [
      ['.bashrc', 'alias ll="ls -l"\n'],
      ['known_hosts', 'export PATH\n'],
      ['known_hosts2', `${other}ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ann@laptop\n`],
      // Read as entries, these let in whoever has the key.
      ['authorized_keys', `restrict ${other.split(' ').slice(1).join(' ')}`],
    ] as const) {
      writeFileSync(at(name), text)
      const { summary } = await refused(accept(name, { hostKeyAlias: 'pty' }))
      assert.match(summary, /cannot be added to/)
      assert.equal(readFileSync(at(name), 'utf8'), text)
    }
  })

  it('is not made either', async () => {
    for (const name of ['.ssh/rc', '.ssh/authorized_keys', 'cron.d/promha'])
      assert.match((await refused(accept(name))).summary, /its name does not say/)
    assert.deepEqual(readdirSync(folder), [])
  })

  it('is not reached by a link that is not ours, nor by a second name', async () => {
    mkdirSync(at('theirs'))
    chownSync(at('theirs'), stranger, stranger)
    writeFileSync(at('victim'), other)
    symlinkSync(at('victim'), at('theirs/known_hosts'))
    assert.match((await refused(accept('theirs/known_hosts'))).summary, /belongs to uid 61234/)
    rmSync(at('theirs/known_hosts'))
    linkSync(at('victim'), at('theirs/known_hosts'))
    assert.match((await refused(accept('theirs/known_hosts'))).summary, /second name/)
    rmSync(at('theirs/known_hosts'))
    symlinkSync(at('missing'), at('theirs/known_hosts'))
    await refused(accept('theirs/known_hosts'))
    assert.equal(readFileSync(at('victim'), 'utf8'), other)
    assert.deepEqual(readdirSync(folder).sort(), ['theirs', 'victim'])
  })

  it('is reached by a link of our own, if it is one', async () => {
    writeFileSync(at('dotfiles'), other)
    symlinkSync(at('dotfiles'), at('known_hosts'))
    await accept('known_hosts')
    assert.equal(readFileSync(at('dotfiles'), 'utf8'), other + line)
    writeFileSync(at('dotfiles'), 'alias x=y\n')
    await refused(accept('known_hosts'))
  })

  it('is not a pipe or a directory, which are not waited for', async () => {
    mkdirSync(at('known_hosts'))
    await refused(accept('known_hosts'))
    const keys = await createHostKeys()(target('known_hosts2'))
    execFileSync('mkfifo', [at('known_hosts2')])
    assert.match((await refused(keys.remember(key))).summary, /it is not a plain file/)
    await accept('known_hosts_none', { knownHosts: ['/dev/null'] })
  })

  it('gets no second line by what the host calls its key', async () => {
    const type = 'ssh-rsa\n* ssh-ed25519'
    const length = Buffer.alloc(4)
    length.writeUInt32BE(type.length)
    const odd = Buffer.concat([length, Buffer.from(type), Buffer.alloc(32)])
    const keys = await createHostKeys()(target('known_hosts'))
    assert.match((await refused(keys.remember(odd))).summary, /it is not a host key/)
    assert.deepEqual(readdirSync(folder), [])
  })

  it('is read once: what a run has accepted is known to its later logins', async () => {
    const keys = createHostKeys()
    const first = await keys(target('known_hosts'))
    assert.deepEqual(await first.remember(key), { kind: 'known' })
    rmSync(at('known_hosts'))
    const again = await keys(target('known_hosts'))
    assert.deepEqual(again.judge(key), { kind: 'known' })
    assert.deepEqual(again.types, ['ssh-ed25519'])
  })

  it('holds no name with a second meaning', async () => {
    const names = [
      'a b',
      'a\nb ssh-ed25519 AAAA',
      'a,b',
      '*',
      '?',
      '!a',
      '|1|a|b',
      '@revoked',
      '#a',
      '',
      '-a',
    ]
    for (const hostKeyAlias of names) {
      const { summary } = await refused(accept('known_hosts', { hostKeyAlias }))
      assert.match(summary, /^HostKeyAlias ".*" in ssh_config is not a host name$/)
    }
    assert.match((await refused(accept('known_hosts', { address: '*' }))).summary, /^HostName/)
    for (const address of ['::1', 'fe80::1%eth0', '192.0.2.1', 'mon_a.example']) {
      await accept('known_hosts', { address })
      assert.match(readFileSync(at('known_hosts'), 'utf8'), new RegExp(`^${address} `, 'm'))
    }
  })
})

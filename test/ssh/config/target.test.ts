import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { SshSettings } from '../../../src/inventory/model.ts'
import type { ConfigNode } from '../../../src/ssh/config/config-file.ts'
import { parseJumps, resolveTarget } from '../../../src/ssh/config/target.ts'

const local = { home: '/home/me', user: 'me', environment: { SSH_AUTH_SOCK: '/agent', OTHER: '/other' } }
const set = (key: string, ...values: string[]): ConfigNode => ({ kind: 'set', key, values })

function resolve(ssh: Partial<SshSettings>, config: readonly ConfigNode[] = []) {
  const settings: SshSettings = { sudo: true, hostKey: 'strict', ...ssh }
  return resolveTarget({ names: ['mon-a', '10.0.0.1'], address: '10.0.0.1', ssh: settings }, config, local)
}

describe('where and how to log in', () => {
  it('has defaults like those of OpenSSH', () => {
    assert.deepEqual(resolve({}), {
      address: '10.0.0.1',
      port: 22,
      user: 'me',
      identityFiles: ['/home/me/.ssh/id_ed25519', '/home/me/.ssh/id_ecdsa', '/home/me/.ssh/id_rsa'],
      identitiesOnly: false,
      agent: '/agent',
      knownHosts: [
        '/home/me/.ssh/known_hosts',
        '/home/me/.ssh/known_hosts2',
        '/etc/ssh/ssh_known_hosts',
        '/etc/ssh/ssh_known_hosts2',
      ],
      hostKey: 'strict',
      jumps: [],
      connectTimeout: 10_000,
      ignoredCriteria: [],
    })
  })

  it('puts the inventory over ssh_config', () => {
    const config = [
      set('user', 'theirs'),
      set('port', '2300'),
      set('proxyjump', 'theirs'),
      set('hostname', '10.9.9.9'),
    ]
    const mine = resolve({ user: 'ops', port: 2200, jump: 'none' }, config)
    assert.deepEqual([mine.user, mine.port, mine.jumps, mine.address], ['ops', 2200, [], '10.9.9.9'])
    const theirs = resolve({}, config)
    assert.deepEqual([theirs.user, theirs.port, theirs.jumps], ['theirs', 2300, [{ host: 'theirs' }]])
  })

  it('is not made to trust more by ssh_config', () => {
    assert.equal(resolve({}, [set('stricthostkeychecking', 'no')]).hostKey, 'strict')
  })

  it('expands tokens and the tilde', () => {
    const config = [set('hostname', '%h.example.net'), set('identityfile', '~/.ssh/%n-%r@%h-%p-%u%%')]
    const target = resolve({ user: 'ops' }, config)
    assert.equal(target.address, 'mon-a.example.net')
    assert.deepEqual(target.identityFiles, ['/home/me/.ssh/mon-a-ops@mon-a.example.net-22-me%'])
  })

  it('leaves the usual keys out where one is named', () => {
    assert.deepEqual(resolve({ identity: '/key' }).identityFiles, [])
    assert.deepEqual(resolve({ identity: '/key' }, [set('identityfile', '/b')]).identityFiles, ['/b'])
    assert.deepEqual(resolve({}, [set('identityfile', 'none')]).identityFiles, [])
  })

  it('finds the agent', () => {
    const agent = (value: string) => resolve({}, [set('identityagent', value)]).agent
    assert.equal(agent('none'), undefined)
    assert.equal(agent('SSH_AUTH_SOCK'), '/agent')
    assert.equal(agent('$OTHER'), '/other')
    assert.equal(agent(`\${OTHER}`), '/other')
    assert.equal(agent('~/agent.sock'), '/home/me/agent.sock')
  })

  it('finds the files of host keys', () => {
    const config = [set('userknownhostsfile', '~/a', '/b'), set('globalknownhostsfile', 'none')]
    assert.deepEqual(resolve({}, config).knownHosts, ['/home/me/a', '/b'])
    assert.deepEqual(resolve({ knownHosts: '/mine' }, config).knownHosts, ['/mine'])
    assert.equal(resolve({}, [set('hostkeyalias', 'x')]).hostKeyAlias, 'x')
  })

  it('reports a ProxyCommand unless a jump takes its place', () => {
    const config = [set('proxycommand', 'nc %h %p')]
    assert.equal(resolve({}, config).proxyCommand, 'nc %h %p')
    assert.equal(resolve({ jump: 'bastion' }, config).proxyCommand, undefined)
    assert.equal(resolve({}, [set('proxycommand', 'none')]).proxyCommand, undefined)
  })

  it('takes ConnectTimeout in seconds', () => {
    assert.equal(resolve({}, [set('connecttimeout', '3')]).connectTimeout, 3000)
    assert.equal(resolve({}, [set('connecttimeout', 'none')]).connectTimeout, 10_000)
  })

  it('reads jump hosts', () => {
    assert.deepEqual(parseJumps('a,ops@b:2222,ssh://x@[2001:db8::1]:22, c@d@e'), [
      { host: 'a' },
      { user: 'ops', host: 'b', port: 2222 },
      { user: 'x', host: '2001:db8::1', port: 22 },
      { user: 'c@d', host: 'e' },
    ])
  })
})

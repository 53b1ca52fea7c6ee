import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { ParsedKey } from 'ssh2'
import type { LoginTarget } from '../../../src/ssh/config/target.ts'
import { LoginError } from '../../../src/ssh/failure.ts'
import type { Agent } from '../../../src/ssh/key/agent.ts'
import { hostKeyOrder } from '../../../src/ssh/key/algorithm.ts'
import { authenticate, type Candidates, findCandidates } from '../../../src/ssh/key/auth.ts'
import type { KeyFile, KeyRing, Unlocked } from '../../../src/ssh/key/identity.ts'

/** A key that is its own name; enough to see the order. */
const key = (name: string): ParsedKey =>
  ({ type: 'ssh-ed25519', comment: name, getPublicSSH: () => Buffer.from(name) }) as ParsedKey
const ready = (name: string): KeyFile => ({ state: 'ready', path: `/${name}`, key: key(name) })
const locked = (name: string): KeyFile => ({
  state: 'locked',
  path: `/${name}`,
  publicKey: Buffer.from(name),
})

function agentOf(...names: string[]): Agent {
  return {
    socket: '/agent',
    keys: async () => names.map(key),
    only: keys => `agent: ${keys.map(({ comment }) => comment).join(' ')}` as never,
  }
}

const target: LoginTarget = {
  address: '10.0.0.1',
  port: 22,
  user: 'ops',
  identityFiles: [],
  identitiesOnly: false,
  knownHosts: [],
  hostKey: 'strict',
  jumps: [],
  connectTimeout: 1000,
  ignoredCriteria: [],
}

interface Attempt {
  readonly type: string
  readonly agent?: string
  readonly key?: ParsedKey
}

/** What would be shown to a host that refuses everything. */
async function order(
  candidates: Candidates,
  options: { only?: boolean; unlock?: Unlocked; left?: string[]; partial?: boolean } = {},
) {
  const asked: string[] = []
  const ring: KeyRing = {
    load: () => assert.fail('nothing is read during a login'),
    unlock: async path => {
      asked.push(path)
      return options.unlock ?? { state: 'no-terminal' }
    },
  }
  const made = authenticate({ ...target, identitiesOnly: options.only ?? false }, candidates, ring, () => {})
  const shown: string[] = []
  for (let left: string[] | null = null; ; left = options.left ?? ['publickey', 'password']) {
    const next = await new Promise<Attempt | false>(resolve => {
      made.handler(left as never, (left !== null && options.partial === true) as never, resolve as never)
    })
    if (next === false) return { ...made, shown, asked }
    shown.push(next.agent ?? String(next.key?.comment))
  }
}

describe('the order of keys', () => {
  it('is the named key, the agent, then the files, each once', async () => {
    const candidates = {
      explicit: ready('mine'),
      files: [ready('b'), ready('c')],
      agent: agentOf('a', 'b', 'mine'),
    }
    assert.deepEqual((await order(candidates)).shown, ['mine', 'agent: b a', 'c'])
  })

  it('begins with the agent where no key is named', async () => {
    assert.deepEqual((await order({ files: [ready('b')], agent: agentOf('a') })).shown, ['agent: a', 'b'])
  })

  it('asks the agent for a locked key before it asks the user', async () => {
    const seen = await order({ explicit: locked('mine'), files: [], agent: agentOf('a', 'mine') })
    assert.deepEqual([seen.shown, seen.asked], [['agent: mine', 'agent: a'], []])
  })

  it('asks for the passphrase of a locked key', async () => {
    const unlock: Unlocked = { state: 'ready', key: key('mine') }
    const seen = await order({ explicit: locked('mine'), files: [] }, { unlock })
    assert.deepEqual([seen.shown, seen.asked], [['mine'], ['/mine']])
  })

  it('leaves a locked file out where nobody can be asked, unless it was named', async () => {
    const usual = await order({ files: [locked('b'), ready('c')] })
    assert.deepEqual(usual.shown, ['c'])
    assert.match(usual.passed[0] ?? '', /^\/b: it needs a passphrase/)
    const named = await order({ explicit: locked('b'), files: [ready('c')] })
    assert.deepEqual(named.shown, [])
    assert.match(named.failure?.message ?? '', /\/b needs a passphrase/)
  })

  it('shows only keys of its files with IdentitiesOnly', async () => {
    const candidates = { files: [locked('b')], agent: agentOf('a', 'b') }
    assert.deepEqual((await order(candidates, { only: true })).shown, ['agent: b'])
  })

  it('goes on without an agent that does not answer', async () => {
    const agent = { ...agentOf(), keys: () => Promise.reject(new Error('no such socket')) }
    const seen = await order({ files: [ready('b')], agent })
    assert.deepEqual([seen.shown, seen.passed], [['b'], ['ssh-agent at /agent: no such socket']])
  })

  it('stops where the host takes no keys, or more than a key', async () => {
    const refused = await order({ files: [ready('a'), ready('b')] }, { left: ['password'] })
    assert.deepEqual(refused.shown, ['a'])
    assert.match(refused.failure?.message ?? '', /takes no keys, only: password/)
    const partial = await order({ files: [ready('a'), ready('b')] }, { left: ['password'], partial: true })
    assert.match(partial.failure?.message ?? '', /took the key and asks for more: password/)
  })

  it('misses a named key that is not there, and no other', async () => {
    const ring: KeyRing = {
      load: async path => ({ state: 'missing', path }),
      unlock: () => assert.fail('nothing to unlock'),
    }
    await assert.rejects(
      findCandidates({ ...target, identity: '/mine' }, ring, undefined, () => {}),
      LoginError,
    )
    const { files } = await findCandidates({ ...target, identityFiles: ['/b'] }, ring, undefined, () => {})
    assert.deepEqual(files, [{ state: 'missing', path: '/b' }])
  })
})

describe('the order of host-key algorithms', () => {
  it('begins with what the host is known by', () => {
    assert.deepEqual(hostKeyOrder(['ssh-rsa']).slice(0, 3), ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519'])
    assert.equal(hostKeyOrder(['ecdsa-sha2-nistp256'])[0], 'ecdsa-sha2-nistp256')
    assert.equal(hostKeyOrder([]).length, 6)
    assert.ok(!(hostKeyOrder(['ssh-rsa']) as string[]).includes('ssh-rsa'))
  })
})

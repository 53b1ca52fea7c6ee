import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { kindOf } from '../../../src/cli/process/failure.ts'
import { describe as words } from '../../../src/diagnostic/describe.ts'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import { type HoldRequest, holdLocks } from '../../../src/engine/lock/lock.ts'
import { LockedError, LockFailedError, named } from '../../../src/engine/lock/locked.ts'
import { self } from '../../../src/engine/lock/self.ts'
import { until } from '../../../src/lab/wait.ts'
import type { Connection } from '../../../src/ssh/connection.ts'
import { fakeConnection } from '../../support/fake-connection.ts'

/** A host that is a directory here; its scripts run for real. */
interface FakeHost {
  readonly connection: Connection
  readonly lock: () => string
  readonly put: (lock: string) => void
  readonly uptimeIs: (seconds: number) => void
  /** Scripts that were run, by what they do. */
  readonly ran: string[]
  /** From now on its commands never end. */
  hang: () => void
  /** From now on its commands fail with this on stderr. */
  fail: (stderr: string) => void
  heal: () => void
  close: () => void
}

const theirs = (run = 'them') =>
  `run=${run}\nrenewed=1000\nsince=${now() - 125}\nwho=bob@laptop\npid=42\ncommand=apply\n`
const now = () => Math.floor(Date.now() / 1000)
/** Faster than life, and slow enough for a busy machine. */
const pace = { every: 300, patience: 1500, life: 3000 }

describe('engine/lock', function () {
  this.timeout(60_000)
  let directory: string
  let hosts: Map<string, FakeHost>
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-locks-'))
    hosts = new Map()
  })
  afterEach(() => {
    for (const { close } of hosts.values()) close()
    rmSync(directory, { recursive: true })
  })

  function host(name: string): FakeHost {
    const known = hosts.get(name)
    if (known) return known
    const place = join(directory, name)
    mkdirSync(place)
    let fault: 'hang' | string | undefined
    const ran: string[] = []
    const connection = fakeConnection(name, ({ script }) => {
      ran.push(/ taken'/.test(script) ? (script.includes('>>') ? 'take' : 'renew') : 'release')
      if (fault === 'hang') return new Promise(() => {})
      if (fault !== undefined) return { code: 1, stderr: fault }
      const moved = script
        .replaceAll('/run/promha.lock', `${place}/lock`)
        .replaceAll('/proc/uptime', `${place}/uptime`)
      return new Promise(resolve => {
        execFile('/bin/sh', ['-c', moved], (failure, stdout, stderr) =>
          resolve({ code: failure ? Number(failure.code) : 0, stdout, stderr }),
        )
      })
    })
    const made: FakeHost = {
      connection,
      lock: () => readFileSync(join(place, 'lock'), 'utf8'),
      put: lock => writeFileSync(join(place, 'lock'), lock),
      uptimeIs: seconds => writeFileSync(join(place, 'uptime'), `${seconds}.5 1.0\n`),
      ran,
      hang: () => {
        fault = 'hang'
      },
      fail: stderr => {
        fault = stderr
      },
      heal: () => {
        fault = undefined
      },
      close: connection.close,
    }
    made.uptimeIs(1000)
    made.put('')
    hosts.set(name, made)
    return made
  }

  const connections = (...names: readonly string[]) => names.map(name => host(name).connection)
  const request = (over: Partial<HoldRequest> = {}): HoldRequest => ({
    run: 'us',
    members: connections('mon-b', 'mon-a'),
    others: connections('app-02', 'app-01'),
    command: 'apply',
    timeoutMs: 0,
    signal: new AbortController().signal,
    onWait: () => {},
    onLost: () => {},
    pace,
    ...over,
  })
  const names = ['mon-a', 'mon-b', 'app-01', 'app-02']
  const holding = () =>
    [...hosts].filter(([, { lock }]) => lock().startsWith('run=us\n')).map(([name]) => name)
  const failureOf = async (over: Partial<HoldRequest>) => {
    try {
      await holdLocks(request(over))
    } catch (failure) {
      return failure
    }
    assert.fail('the locks were had')
  }

  it('holds each host, and lets go of each', async () => {
    const held = await holdLocks(request())
    assert.equal(held.run, 'us')
    assert.deepEqual(holding().sort(), [...names].sort())
    assert.match(
      host('mon-a').lock(),
      new RegExp(`who=\\S+@.+\npid=${process.pid}\nfrom=.*\ncommand=apply\n`),
    )
    await held.release()
    for (const name of names) assert.equal(host(name).lock(), '')
    await held.release()
    assert.equal(host('mon-a').ran.filter(word => word === 'release').length, 1)
  })

  it('begins with the members in the order of their names, each once', async () => {
    host('mon-a').put(theirs())
    await assert.rejects(holdLocks(request({ others: connections('app-01', 'mon-a', 'mon-b') })), LockedError)
    assert.deepEqual(host('mon-a').ran, ['take', 'release'])
    assert.deepEqual([...host('mon-b').ran, ...host('app-01').ran], [])
    host('mon-a').put('')
    const held = await holdLocks(request({ others: connections('app-01', 'mon-a', 'mon-b') }))
    assert.equal(host('mon-a').ran.filter(word => word === 'take').length, 2)
    await held.release()
  })

  it('takes over from a process of this machine that is gone, and from no other', async () => {
    const { from } = self()
    const gone = spawnSync('true').pid
    const lock = (pid: number, where: string) => theirs().replace('pid=42\n', `pid=${pid}\nfrom=${where}\n`)
    for (const [pid, where] of [
      [gone, 'another-boot pid:[1]'],
      [process.pid, from],
    ] as const) {
      host('mon-a').put(lock(pid, where))
      assert.ok((await failureOf({})) instanceof LockedError, where)
    }
    host('mon-a').put(lock(gone, from))
    const held = await holdLocks(request())
    assert.deepEqual(holding().sort(), [...names].sort())
    await held.release()
  })

  for (const name of names) {
    it(`holds nothing where ${name} is another's, and tells whose`, async () => {
      const lock = theirs()
      host(name).put(lock)
      const failure = await failureOf({})
      assert.ok(failure instanceof LockedError)
      assert.deepEqual(holding(), [])
      assert.equal(host(name).lock(), lock)
      const [problem] = failure.problems
      assert.equal(problem?.host, name)
      const text = words(problem as Problem)
      assert.match(
        text,
        new RegExp(`${name} is locked by \`promha apply\` of bob@laptop \\(process 42\\) since `),
      )
      assert.match(text, /since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, for 2 min \d s/)
      assert.match(text, /--lock-timeout/)
      assert.match(text, /30 s/)
      assert.equal(kindOf(failure), 'locked')
    })
  }

  it('of two at once has at most one, and the one whose first member is free', async () => {
    for (let round = 0; round < 5; round += 1) {
      const runs = ['us', 'them', 'others'].map(run => holdLocks(request({ run, others: [] })))
      const settled = await Promise.allSettled(runs)
      const won = settled.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
      assert.equal(won.length, 1)
      for (const one of settled) if (one.status === 'rejected') assert.ok(one.reason instanceof LockedError)
      await won[0]?.release()
    }
  })

  it('waits for another run, holds nothing meanwhile, and tells once for whom', async () => {
    host('mon-b').put(theirs())
    const notes: string[] = []
    const waiting = holdLocks(request({ timeoutMs: 20_000, onWait: note => notes.push(note) }))
    await until(
      'a second try',
      10_000,
      async () => host('mon-b').ran.filter(word => word === 'take').length > 1,
    )
    await until('a to be free', 5000, async () => host('mon-a').lock() === '')
    host('mon-b').put('')
    const held = await waiting
    assert.deepEqual(holding().sort(), [...names].sort())
    assert.equal(notes.length, 1)
    assert.match(
      notes[0] ?? '',
      /^mon-b is locked by `promha apply` of bob@laptop .*; waiting for up to \d+ s$/,
    )
    await held.release()
  })

  it('waits no longer than it may, and says how long it did', async () => {
    host('mon-b').put(theirs())
    const began = performance.now()
    const failure = await failureOf({ timeoutMs: 1500 })
    const took = performance.now() - began
    assert.ok(failure instanceof LockedError)
    assert.ok(took >= 1490 && took < 4000, `${took}`)
    assert.match(failure.problems[0]?.detail ?? '', /waited for 2 s/)
    assert.deepEqual(holding(), [])
  })

  it('stops to wait on Ctrl-C', async () => {
    host('mon-b').put(theirs())
    const interrupt = new AbortController()
    const failure = failureOf({
      timeoutMs: 60_000,
      signal: interrupt.signal,
      onWait: () => interrupt.abort(),
    })
    assert.equal(((await failure) as Error).name, 'AbortError')
    assert.deepEqual(holding(), [])
  })

  it('holds nothing where Ctrl-C comes in the middle', async () => {
    const interrupt = new AbortController()
    const { connection } = host('mon-a')
    const run: Connection['run'] = async order => {
      const result = await connection.run(order)
      interrupt.abort()
      return result
    }
    const members = [{ ...connection, run }, ...connections('mon-b')]
    const failure = await failureOf({ members, signal: interrupt.signal })
    assert.equal((failure as Error).name, 'AbortError')
    assert.deepEqual(holding(), [])
    assert.deepEqual(host('mon-b').ran, [])
  })

  it('names the host that cannot be locked at all, and lets go of the others', async () => {
    for (const name of ['mon-b', 'app-01']) {
      host(name).fail('sh: 3: cannot create /run/promha.lock: Read-only file system')
      const failure = await failureOf({ timeoutMs: 60_000 })
      assert.ok(failure instanceof LockFailedError)
      assert.equal(kindOf(failure), 'failed')
      const [problem] = failure.problems
      assert.equal(problem?.host, name)
      assert.equal(problem.resource, 'lock:/run/promha.lock')
      assert.match(problem.detail ?? '', /Read-only file system/)
      assert.deepEqual(holding(), [])
      host(name).heal()
    }
  })

  describe('while it holds them', () => {
    async function hold() {
      const told: (readonly [string, Problem])[] = []
      const held = await holdLocks(request({ onLost: (name, problem) => told.push([name, problem]) }))
      return { held, told }
    }

    it('renews each, and no more once they are released', async () => {
      const { held, told } = await hold()
      for (let uptime = 1020; uptime <= 1060; uptime += 20) {
        for (const name of names) host(name).uptimeIs(uptime)
        const renewed = async () => names.every(name => host(name).lock().includes(`renewed=${uptime}\n`))
        await until('all to be renewed', 15_000, renewed)
      }
      await held.release()
      const counts = names.map(name => host(name).ran.length)
      await delay(500)
      assert.deepEqual(
        names.map(name => host(name).ran.length),
        counts,
      )
      assert.deepEqual(told, [])
      assert.equal(held.lost.size, 0)
    })

    it('tells once that another run has one, and leaves it that one', async () => {
      const { held, told } = await hold()
      const lock = theirs()
      host('mon-b').put(lock)
      await until('the loss', 15_000, async () => told.length > 0)
      await delay(pace.every + 100)
      assert.equal(told.length, 1)
      const [name, problem] = told[0] ?? assert.fail()
      assert.equal(name, 'mon-b')
      assert.match(problem.summary, /lost: `promha apply` of bob@laptop .* has it now/)
      assert.deepEqual([...held.lost.keys()], ['mon-b'])
      await held.release()
      assert.equal(host('mon-b').lock(), lock)
      assert.equal(host('mon-a').lock(), '')
    })

    it('tells that one has become free, as after a reboot', async () => {
      const { held, told } = await hold()
      host('app-01').put('')
      await until('the loss', 15_000, async () => told.length > 0)
      assert.match(told[0]?.[1].summary ?? '', /free meanwhile/)
      await held.release()
    })

    it('tells that none came through for the life of a lock, and why', async () => {
      const { held, told } = await hold()
      const began = performance.now()
      host('mon-a').fail('sudo: a password is required')
      await until('the loss', 15_000, async () => told.length > 0)
      assert.ok(performance.now() - began >= pace.life - pace.every - 20)
      assert.match(told[0]?.[1].summary ?? '', /not be renewed for 3 s/)
      assert.match(told[0]?.[1].detail ?? '', /cannot be locked: sudo: a password is required/)
      await held.release()
    })

    it('bears a renewal that fails', async () => {
      const { held, told } = await hold()
      const before = host('mon-a').ran.length
      host('mon-a').fail('no')
      await until('one renewal', 2500, async () => host('mon-a').ran.length > before)
      host('mon-a').heal()
      await delay(pace.life + 500)
      assert.deepEqual(told, [])
      await held.release()
    })

    it('tells that a host answers no more, and releases in time nevertheless', async () => {
      const { held, told } = await hold()
      host('mon-a').hang()
      await until('the loss', 15_000, async () => told.length > 0)
      assert.equal(told[0]?.[0], 'mon-a')
      host('mon-a').close()
      const began = performance.now()
      await held.release()
      assert.ok(performance.now() - began < 2000)
      assert.equal(host('mon-b').lock(), '')
    })

    it('releases in a few seconds where a host hangs', async () => {
      const { held } = await hold()
      host('app-02').hang()
      const began = performance.now()
      await held.release()
      assert.ok(performance.now() - began < 7000)
      assert.equal(host('app-01').lock(), '')
    })

    it('tells that a connection ended', async () => {
      const { held, told } = await hold()
      host('app-02').close()
      await delay(20)
      assert.deepEqual(
        told.map(([name]) => name),
        ['app-02'],
      )
      assert.match(told[0]?.[1].summary ?? '', /the connection ended/)
      await held.release()
    })
  })

  it('names a run by what is known of it', () => {
    assert.equal(named(undefined), 'another run')
    assert.equal(named({ run: 'r' }), 'run r')
    assert.match(named({ run: 'r', who: 'a@b', heldFor: 3600 }), /^run r of a@b since .* UTC, for 1 h$/)
    assert.match(named({ run: 'r', command: 'destroy', heldFor: 1e15 }), /since long ago/)
  })
})

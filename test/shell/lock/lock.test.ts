import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { visibleLine } from '../../../src/diagnostic/visible.ts'
import {
  holdsLock,
  type LockPlaces,
  type LockRequest,
  lockLife,
  lockScript,
  parseHostLock,
  releaseScript,
  renewScript,
} from '../../../src/shell/lock/lock.ts'
import { quote } from '../../../src/shell/syntax/quote.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function sh(script: string): Promise<Ended> {
  return new Promise(resolve => {
    execFile('/bin/sh', ['-c', script], (failure, stdout, stderr) => {
      resolve({ code: failure ? Number(failure.code) : 0, stdout, stderr })
    })
  })
}

const mine = '1700000000000-mine'
const theirs = '1700000000001-theirs'
const request: LockRequest = { run: mine, who: 'ada@desk', pid: 41, from: 'boot-1 pid:[1]', command: 'apply' }
const other: LockRequest = {
  run: theirs,
  who: 'bob@laptop',
  pid: 42,
  from: 'boot-2 pid:[1]',
  command: 'rollback',
}

describe('shell/lock', function () {
  this.timeout(60_000)
  let directory: string
  let places: LockPlaces
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "promha lock's "))
    places = { lock: join(directory, 'promha.lock'), uptime: join(directory, 'uptime') }
    uptimeIs(1000)
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  /** What the host would say after so many seconds. */
  const uptimeIs = (seconds: number) => writeFileSync(places.uptime, `${seconds}.73 4321.00\n`)
  const told = async (script: string) => {
    const { code, stdout, stderr } = await sh(script)
    assert.equal(code, 0, stderr)
    assert.equal(stderr, '')
    return answerOf({ parse: parseHostLock }, 'n', stdout)
  }
  const take = (by: LockRequest = request) => told(lockScript(by, places).render('n'))
  const renew = (run: string = mine) => told(renewScript(run, 1000, places).render('n'))
  const release = async (run: string = mine) =>
    assert.equal((await sh(releaseScript(run, places).render('n'))).code, 0)
  const holds = async (run: string = mine) => {
    const { stdout, stderr } = await sh(
      `set -e\nif ${holdsLock(run, places)}; then echo held; else echo lost; fi`,
    )
    assert.equal(stderr, '')
    return stdout.trim() === 'held'
  }

  it('is held by the one who took it, and told to the next', async () => {
    assert.equal(await holds(), false)
    assert.deepEqual(await take(), { state: 'taken' })
    assert.equal(await holds(), true)
    assert.equal(await holds(theirs), false)
    const answer = await take(other)
    assert.equal(answer?.state, 'held')
    const { heldFor = -1, ...holder } = (answer?.state === 'held' && answer.holder) || { run: '' }
    assert.deepEqual(holder, request)
    assert.ok(heldFor >= 0 && heldFor < 60, `${heldFor}`)
    assert.equal(await holds(), true)
  })

  it('is readable by root alone, and holds what the guard reads', async () => {
    await take()
    assert.equal(statSync(places.lock).mode & 0o777, 0o600)
    assert.match(
      readFileSync(places.lock, 'utf8'),
      /^run=1700000000000-mine\nrenewed=1000\nsince=\d+\nwho=ada@desk\npid=41\nfrom=boot-1 pid:\[1\]\ncommand=apply\n$/,
    )
  })

  it('may be taken again by its own run, and keeps its beginning', async () => {
    await take()
    const since = /since=\d+/.exec(readFileSync(places.lock, 'utf8'))?.[0] ?? ''
    writeFileSync(places.lock, readFileSync(places.lock, 'utf8').replace(since, 'since=77'))
    uptimeIs(1010)
    assert.deepEqual(await take(), { state: 'taken' })
    assert.match(readFileSync(places.lock, 'utf8'), /renewed=1010\nsince=77\n/)
  })

  it('is free once it is released, and only its own run releases it', async () => {
    await take()
    await release(theirs)
    assert.equal(await holds(), true)
    await release()
    assert.equal(await holds(), false)
    assert.equal(readFileSync(places.lock, 'utf8'), '')
    assert.deepEqual(await take(other), { state: 'taken' })
  })

  it('is released where it is not there, and makes nothing', async () => {
    await release()
    assert.deepEqual(await renew(), { state: 'held' })
    assert.equal(existsSync(places.lock), false)
  })

  describe(`that was not renewed for more than ${lockLife} s`, () => {
    it('is still held at the last second', async () => {
      await take()
      uptimeIs(1000 + lockLife)
      assert.equal(await holds(), true)
      assert.equal((await take(other))?.state, 'held')
    })

    it('is free a second later: another takes it, and its run sees that', async () => {
      await take()
      uptimeIs(1000 + lockLife + 1)
      assert.equal(await holds(), false)
      assert.deepEqual(await take(other), { state: 'taken' })
      assert.equal(await holds(theirs), true)
      const answer = await renew()
      assert.equal(answer?.state === 'held' && answer.holder?.who, 'bob@laptop')
      await release()
      assert.equal(await holds(theirs), true)
    })

    it('cannot be renewed, even where nobody took it: the fence had fallen', async () => {
      await take()
      uptimeIs(1000 + lockLife + 1)
      assert.deepEqual(await renew(), { state: 'held' })
      assert.equal(await holds(), false)
      await release()
      assert.equal(readFileSync(places.lock, 'utf8'), '')
    })

    it('stays held for as long as it is renewed', async () => {
      await take()
      for (let uptime = 1020; uptime <= 1100; uptime += 20) {
        uptimeIs(uptime)
        assert.deepEqual(await renew(), { state: 'taken' })
        assert.equal(await holds(), true)
      }
      assert.match(
        readFileSync(places.lock, 'utf8'),
        /renewed=1100\nsince=\d+\nwho=ada@desk\npid=41\nfrom=boot-1 pid:\[1\]\ncommand=apply\n/,
      )
    })
  })

  it('is free where its time lies prefetch: it is of another boot', async () => {
    await take()
    uptimeIs(999)
    assert.equal(await holds(), false)
    assert.deepEqual(await take(other), { state: 'taken' })
  })

  describe('that makes no sense is free', () => {
    const whole = `run=${theirs}\nrenewed=1000\nsince=1\nwho=bob@laptop\npid=42\ncommand=apply\n`
    const cut = whole.indexOf('since')
    const garbage: Readonly<Record<string, string | Buffer>> = {
      empty: '',
      'an empty line': '\n',
      'cut off in the run': whole.slice(0, 12),
      'cut off in the time': whole.slice(0, cut - 2),
      'cut off at the end of the time': whole.slice(0, cut - 1),
      'without a run': 'run=\nrenewed=1000\n',
      'without a time': `run=${theirs}\nrenewed=\n`,
      'an octal time': `run=${theirs}\nrenewed=0998\n`,
      'a time that is none': `run=${theirs}\nrenewed=1000$(id)\n`,
      'a time below zero': `run=${theirs}\nrenewed=-1\n`,
      'a time too long': `run=${theirs}\nrenewed=${'9'.repeat(40)}\n`,
      bytes: Buffer.from([0, 255, 10, 0xc3, 61, 10, 0, 0, 27, 91]),
    }
    for (const [name, content] of Object.entries(garbage)) {
      it(name, async () => {
        writeFileSync(places.lock, content)
        assert.equal(await holds(theirs), false)
        assert.deepEqual(await take(), { state: 'taken' })
        assert.equal(await holds(), true)
      })
    }

    it('and no more than that: a lock whose other lines were lost is held', async () => {
      writeFileSync(places.lock, whole.slice(0, cut))
      assert.deepEqual(await take(), { state: 'held', holder: { run: theirs } })
    })

    it('whatever its bytes are, it is never an error', async () => {
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 80 }).map(part => Buffer.from(part)),
        fc
          .string({ unit: 'binary', maxLength: 40 })
          .map(part => Buffer.from(`run=${part}\nrenewed=1000\nwho=${part}\n`)),
        fc.string({ maxLength: 20 }).map(part => Buffer.from(`run=${theirs}\nrenewed=${part}\n`)),
      )
      await fc.assert(
        fc.asyncProperty(bytes, async content => {
          writeFileSync(places.lock, content)
          const answer = await take()
          assert.ok(answer)
          if (answer.state === 'taken') assert.equal(await holds(), true)
          else assert.match(content.toString('latin1'), /^run=[\s\S]*\nrenewed=(9[789]\d|1000)\n/)
        }),
        { numRuns: 25 },
      )
    })
  })

  describe('that cannot be had says why', () => {
    const refused = async (script: string, why: RegExp) => {
      const { code, stdout, stderr } = await sh(script)
      assert.notEqual(code, 0)
      assert.equal(answerOf({ parse: parseHostLock }, 'n', stdout), undefined)
      assert.match(stderr, why)
    }

    it('where a directory is in its place', async () => {
      mkdirSync(places.lock)
      await refused(lockScript(request, places).render('n'), /promha\.lock is there, but is no file/)
      await refused(renewScript(mine, 1000, places).render('n'), /is no file/)
      assert.equal(await holds(), false)
    })

    it('where a link is in its place, whose target stays as it was', async () => {
      const precious = join(directory, 'passwd')
      writeFileSync(precious, 'root\n')
      symlinkSync(precious, places.lock)
      await refused(lockScript(request, places).render('n'), /is no file/)
      assert.equal(readFileSync(precious, 'utf8'), 'root\n')
    })

    it('where a pipe is in its place, without waiting for a reader', async () => {
      await sh(`mkfifo ${quote(places.lock)}`)
      await refused(lockScript(request, places).render('n'), /is no file/)
      assert.equal(await holds(), false)
    })

    it('where its directory is missing', async () => {
      const nowhere = { ...places, lock: join(directory, 'no', 'lock') }
      await refused(lockScript(request, nowhere).render('n'), /cannot create .*no\/lock/)
    })

    it('where a device stands behind it', async () => {
      symlinkSync('/dev/full', places.lock)
      await refused(lockScript(request, places).render('n'), /is no file/)
    })

    it('where the host tells no time', async () => {
      rmSync(places.uptime)
      await refused(lockScript(request, places).render('n'), /uptime tells no time/)
    })
  })

  it('holds names of any kind as one line each', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(text, text, async (who, command) => {
        rmSync(places.lock, { force: true })
        const odd = { ...request, who, command: `${command}\nrun=${theirs}\nrenewed=2000` }
        assert.deepEqual(await take(odd), { state: 'taken' })
        assert.equal(await holds(), true)
        const answer = await take(other)
        assert.ok(answer?.state === 'held')
        assert.equal(answer.holder?.run, mine)
        assert.equal(answer.holder.who ?? '', [...visibleLine(who)].slice(0, 200).join(''))
        const shown = `${answer.holder.who}${answer.holder.command}`
        assert.equal(visibleLine(shown), shown)
        assert.equal(readFileSync(places.lock, 'utf8').split('\n').length, 8)
      }),
      { numRuns: 25 },
    )
  })

  it('is had by exactly one of twenty who want it at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      writeFileSync(places.lock, round % 2 === 0 ? '' : `run=${theirs}\nrenewed=1\n`)
      const scripts = Array.from({ length: 20 }, (_, n) =>
        lockScript({ ...request, run: `run-${n}` }, places).render('n'),
      )
      const answers = (await Promise.all(scripts.map(sh))).map(({ stdout }) =>
        answerOf({ parse: parseHostLock }, 'n', stdout),
      )
      const winners = answers.flatMap((answer, n) => (answer?.state === 'taken' ? [`run-${n}`] : []))
      assert.equal(winners.length, 1, winners.join())
      for (const answer of answers) {
        if (answer?.state !== 'taken')
          assert.equal(answer?.state === 'held' && answer.holder?.run, winners[0])
      }
      assert.equal(await holds(winners[0]), true)
      assert.match(readFileSync(places.lock, 'utf8'), /^run=run-\d+\nrenewed=1000\n/)
    }
  })

  it('waits for its turn while another writes', async () => {
    await take()
    const child = spawn('flock', [places.lock, 'sh', '-c', 'echo mine; sleep 2'])
    await once(child.stdout, 'data')
    const began = performance.now()
    assert.deepEqual(await renew(), { state: 'taken' })
    assert.ok(performance.now() - began > 200, 'it waited')
    if (child.exitCode === null) await once(child, 'exit')
  })

  it('is asked for within a script without a trace there', async () => {
    await take()
    const script = [
      'set -eu',
      'run=kept; up=kept; line=kept',
      `${holdsLock(mine, places)} || exit 9`,
      `! ${holdsLock(theirs, places)} || exit 8`,
      `${holdsLock(mine, places)} && echo "$run $up $line"`,
      'if { true >&9; } 2>/dev/null; then exit 7; fi',
    ].join('\n')
    assert.deepEqual(await sh(script), { code: 0, stdout: 'kept kept kept\n', stderr: '' })
  })

  it('knows an answer that was cut off', () => {
    assert.equal(answerOf({ parse: parseHostLock }, 'n', ''), undefined)
    assert.equal(answerOf({ parse: parseHostLock }, 'n', 'n taken\n'), undefined)
    assert.equal(answerOf({ parse: parseHostLock }, 'n', 'n held\nrun=x\n'), undefined)
    assert.equal(answerOf({ parse: parseHostLock }, 'n', 'n end\n'), undefined)
  })
})

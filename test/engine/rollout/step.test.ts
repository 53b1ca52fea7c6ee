/** The change of one instance: what its host and its program answer at each step, and what comes of it. */
import assert from 'node:assert/strict'
import { changeInstance } from '../../../src/engine/rollout/step.ts'
import type { StepContext } from '../../../src/engine/rollout/step-context.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import type { Instance } from '../../../src/resource/model.ts'
import type { Observed } from '../../../src/resource/observed.ts'
import { holdsLock } from '../../../src/shell/lock/lock.ts'
import { AskError } from '../../../src/verify/model.ts'
import { built, hash, prometheus, stampOf } from '../../plan/host.ts'
import { type FakeConnection, fakeConnection, type Reply, timeOut } from '../../support/fake-connection.ts'

const config = 'file:/etc/prometheus/prometheus.yml'
/** Every section that a change begins which does its work. */
const steps = ['staging', 'check 0', 'lock', 'guard', 'backup', config, 'service:prometheus.service'] as const
const whole = [...steps, 'clock\n5', 'restart', 'end']
const upTo = (step: string) => whole.slice(0, whole.indexOf(step) + 1)
const failing = (step: string, stderr = '') => ({ sections: upTo(step), stderr, code: 1 })
/** The command ended without a status: it was killed, or its connection is about to end. */
const killed = (sections: readonly string[]) => ({ sections, code: null })

const told = ['back', 'restored\n6', 'end']
const untold = ['back', 'end']
const full = 'cp: error writing: No space left on device'
const unconfirmed = /^the change of prometheus ran, but could not be recorded: the lock of the host was lost$/
const back = /^prometheus could not be put back now: the host puts it back on its own/

/** What the program is at one look, the last one staying: `stale` has not loaded what it was told to. */
type Look = 'ready' | 'stale' | 'refused' | 'gone'
const refuses: readonly Look[] = ['stale', 'refused']

interface Row {
  readonly change?: Reply
  readonly confirm?: Reply
  readonly undo?: Reply
  readonly state?: string
  /** The program before and after it was told to go back. */
  readonly changed?: readonly Look[]
  readonly restored?: readonly Look[]
  readonly observed?: Partial<Observed>
  readonly retired?: true
  /** Nothing that the service has to be told. */
  readonly silent?: true
  /** `STATUS, undone` if the host is as it was; then the scripts in their order, and each problem by what it says. */
  readonly result: string
  readonly sent: string
  readonly says?: readonly RegExp[]
  readonly details?: RegExp
  /** Which state was asked whether it serves. */
  readonly asks?: 'none' | 'new' | 'old' | 'both'
}

const rows: Readonly<Record<string, Row>> = {
  'is confirmed once its gate has passed': { result: 'changed', sent: 'change confirm', asks: 'new' },
  'is confirmed at once if nothing is to be awaited of what goes': {
    ...{ retired: true, change: ['staging', 'lock', 'guard', 'clock\n5', 'stop', 'end'] },
    ...{ result: 'changed', sent: 'change confirm', asks: 'none' },
  },
  'is confirmed at once if the service is told nothing': {
    ...{ silent: true, change: [...steps, 'end'], result: 'changed', sent: 'change confirm', asks: 'none' },
  },
  'is thrown away if a check refuses': {
    ...{ change: { sections: ['staging', 'check 0\nfield evil not found'], code: 1 }, undo: ['end'] },
    ...{ result: 'failed, undone', sent: 'change undo', asks: 'none' },
    says: [/^promtool refuses the config of prometheus, so what runs was not touched$/],
  },
  'is thrown away if it cannot be staged': {
    ...{ change: failing('staging', full), undo: ['gone', 'end'] },
    ...{ result: 'failed, undone', sent: 'change undo', asks: 'none' },
    says: [/^prometheus could not be changed: the disk is full$/],
  },
  'is thrown away if the transfer was cut short': {
    ...{ change: failing('staging', 'the transfer was cut short'), undo: ['end'] },
    ...{ result: 'failed, undone', sent: 'change undo', says: [/: step staging failed$/] },
  },
  'goes back without a word to the service if a file cannot be placed': {
    ...{ change: failing(config, 'Read-only file system'), undo: untold },
    ...{
      result: 'rolled-back, undone',
      sent: 'change undo',
      says: [/: step file:\S+ failed$/],
      asks: 'none',
    },
    details: /^Read-only file system$/,
  },
  'goes back if the service does not start': {
    ...{ change: failing('restart', 'Job failed'), undo: told },
    ...{ result: 'rolled-back, undone', sent: 'change undo', says: [/: step restart failed$/], asks: 'old' },
    details: /^Job failed\nIts last journal lines:\nno such flag$/,
  },
  'goes back if its gate does not pass': {
    ...{ changed: refuses, result: 'rolled-back, undone', sent: 'change undo', asks: 'both' },
    says: [/^prometheus refused the new config at the reload$/],
  },
  'goes back if its unit fails': {
    ...{ changed: ['gone'], state: 'failed', restored: ['ready'] },
    ...{ result: 'rolled-back, undone', sent: 'change undo', says: [/^prometheus does not stay up/] },
  },
  'is stuck if it cannot go back': {
    ...{ changed: refuses, undo: { sections: ['back'], stderr: full, code: 1 }, result: 'failed' },
    ...{ sent: 'change undo', says: [/^prometheus refused/, back] },
  },
  'is stuck if it takes too long to go back': {
    ...{ changed: refuses, undo: timeOut('mon-a'), result: 'failed', sent: 'change undo' },
    says: [/^prometheus refused/, back],
  },
  'is stuck if the connection ends as it goes back': {
    ...{ changed: refuses, undo: { sections: ['back'], cut: true }, result: 'failed', sent: 'change undo' },
    says: [/^prometheus refused/, back],
  },
  'is stuck if the lock is lost before it goes back': {
    ...{ changed: refuses, undo: ['lost', 'end'], result: 'failed', sent: 'change undo' },
    says: [/^prometheus refused/, back],
  },
  'has failed for good if the old state does not serve any more': {
    ...{ changed: refuses, restored: refuses, result: 'failed', sent: 'change undo' },
    says: [/^prometheus refused/, /^prometheus refused/],
  },
  'is not begun without the lock, and nothing is to be put back': {
    ...{ change: failing('lock', 'no lock'), undo: ['lost', 'end'], result: 'failed', sent: 'change undo' },
    says: [/^prometheus was not changed: the lock of the host was lost$/],
  },
  'waits for the old state if the lock is lost once it was put in place': {
    ...{
      confirm: ['lost', 'end'],
      undo: ['gone', 'end'],
      result: 'rolled-back, undone',
      sent: 'change confirm undo',
    },
    says: [unconfirmed],
  },
  'is stuck if the lock is lost before it is confirmed': {
    ...{ confirm: ['lost', 'end'], undo: ['lost', 'end'], result: 'failed', sent: 'change confirm undo' },
    says: [unconfirmed, back],
  },
  'waits for the old state if the host undid it first': {
    ...{ confirm: ['undone', 'end'], result: 'rolled-back, undone', sent: 'change confirm', asks: 'both' },
    says: [/^the host has undone the change of prometheus on its own$/],
  },
  'has failed if the host undid it first and the old state does not serve': {
    ...{
      confirm: ['undone', 'end'],
      restored: ['gone'],
      state: 'failed',
      result: 'failed',
      sent: 'change confirm',
    },
    says: [/^the host has undone the change/, /^prometheus does not stay up/],
  },
  'goes back if it cannot be written down': {
    ...{ confirm: { stderr: full, code: 1 }, result: 'rolled-back, undone', sent: 'change confirm undo' },
    says: [/could not be recorded: the disk is full$/],
  },
  'goes back if its confirmation ends without a word': {
    ...{ confirm: { code: 3 }, result: 'rolled-back, undone', sent: 'change confirm undo' },
    says: [/could not be recorded$/],
  },
  'is left to the host if nobody knows whether it was confirmed': {
    ...{ confirm: { cut: true }, result: 'failed', sent: 'change confirm' },
    says: [/^the connection ended while prometheus was being changed \(as it was recorded\)$/],
  },
  'is left to the host if its confirmation takes too long': {
    ...{ confirm: timeOut('mon-a'), result: 'failed', sent: 'change confirm' },
    says: [/^the connection ended while prometheus was being changed \(as it was recorded\)$/],
  },
  'goes back if it takes too long': {
    ...{ change: timeOut('mon-a'), result: 'rolled-back, undone', sent: 'change undo' },
    says: [/^a command did not end within 900 s/],
  },
  'waits for the old state if it takes too long, and the host was faster': {
    ...{ change: timeOut('mon-a'), undo: ['gone', 'end'], result: 'rolled-back, undone' },
    ...{ sent: 'change undo', says: [/^a command did not end within 900 s/], asks: 'old' },
  },
  'waits for the old state if its script was killed, and the host was faster': {
    ...{ change: killed(upTo('lock')), undo: ['gone', 'end'], result: 'rolled-back, undone' },
    ...{ sent: 'change undo', says: [/\(at lock\)$/], asks: 'old' },
  },
  'goes back if its script was killed before the service was told': {
    ...{ change: killed(upTo(config)), undo: untold, result: 'rolled-back, undone' },
    ...{ sent: 'change undo', says: [/\(at file:\S+\)$/], asks: 'none' },
  },
  'goes back if its script went on to its end unseen': {
    ...{ change: killed(upTo('restart')), undo: told, result: 'rolled-back, undone' },
    ...{ sent: 'change undo', says: [/\(at restart\)$/], asks: 'old' },
  },
  'has failed if the first one there does not start': {
    ...{ observed: { units: new Map(), records: new Map() }, change: failing('restart'), undo: untold },
    ...{ result: 'failed, undone', sent: 'change undo', says: [/: step restart failed$/], asks: 'none' },
  },
  'has failed if the host undid the first one there': {
    ...{ observed: { units: new Map(), records: new Map() }, confirm: ['undone', 'end'], asks: 'new' },
    ...{ result: 'failed, undone', sent: 'change confirm', says: [/^the host has undone the change/] },
  },
  'goes back to what is watched by its unit only if that is not promha’s': {
    ...{ observed: { records: new Map() }, changed: refuses, result: 'rolled-back, undone', asks: 'new' },
    ...{ sent: 'change undo', says: [/^prometheus refused/] },
  },
  'goes back to what is asked as the new one if its record is damaged': {
    ...{ observed: { records: new Map(), damaged: ['prometheus'] }, changed: refuses, asks: 'both' },
    ...{ result: 'rolled-back, undone', sent: 'change undo', says: [/^prometheus refused/] },
  },
  'goes back if what leaves cannot be stopped, whether or not it ran': {
    ...{ retired: true, observed: { units: new Map() }, undo: told, result: 'rolled-back, undone' },
    change: { sections: ['staging', 'lock', 'guard', 'clock\n5', 'stop'], stderr: 'Job failed', code: 1 },
    ...{ sent: 'change undo', says: [/: step stop failed$/], asks: 'old' },
  },
  // The gate stands where the connection is seen to have ended.
  'is stuck if the connection ends at end': {
    ...{ change: { sections: whole, cut: true }, result: 'failed', sent: 'change undo' },
    says: [/^the connection ended while prometheus was awaited$/, back],
  },
  ...Object.fromEntries(
    [...steps, 'restart'].map(step => [
      `is stuck if the connection ends at ${step}`,
      {
        ...{
          change: { sections: upTo(step), cut: true },
          result: 'failed',
          sent: 'change undo',
          asks: 'none',
        },
        says: [
          new RegExp(`^the connection ended while prometheus was being changed \\(at ${step}\\)$`),
          back,
        ],
      } satisfies Row,
    ]),
  ),
}

/** Of these two only the config differs, and where they listen. */
const wanted = (effect: 'restart' | 'none'): Instance => ({
  ...prometheus,
  checks: [{ program: '/usr/local/bin/promtool', root: '/etc/prometheus', args: ['check'] }],
  resources: prometheus.resources.map(one => (one.kind === 'file' ? { ...one, effect } : one)),
})
const oldPort = 9191
const earlier = (one: Instance): Instance => ({
  ...one,
  health: { ...one.health, port: oldPort },
  resources: one.resources.map(found => (found.kind === 'file' ? { ...found, content: 'old' } : found)),
})

/** The program as the row says; `told` are the states that were asked. */
function program(row: Row, connection: FakeConnection, restoredPort: number) {
  const looks = { changed: 0, restored: 0 }
  const told = new Set<string>()
  const ask: StepContext['ask'] = async (_host, _address, port, path) => {
    const isBack = connection.asked().some(kind => kind === 'undo' || kind === 'confirm')
    const phase = isBack ? 'restored' : 'changed'
    told.add(port === (isBack ? restoredPort : prometheus.health.port) ? phase : `${phase} at port ${port}`)
    const states = row[phase] ?? ['ready']
    const state = states[Math.min(looks[phase], states.length - 1)]
    if (state === 'gone') throw new AskError('refused', 'connection refused')
    if (path === '/-/ready') return { status: 200, body: '' }
    looks[phase] += 1
    const lastConfigTime = new Date(state === 'stale' ? 1000 : 100_000).toISOString()
    const data = { reloadConfigSuccess: state !== 'refused', lastConfigTime }
    return { status: 200, body: JSON.stringify({ data }) }
  }
  return { ask, told }
}

async function change(row: Row) {
  const connection = fakeConnection('mon-a', {
    change: row.change ?? whole,
    confirm: row.confirm ?? ['confirmed', 'end'],
    undo: row.undo ?? told,
    diagnosis: [`state\nActiveState=${row.state ?? 'active'}\nNRestarts=0`, 'journal\nno such flag'],
  })
  const next = wanted(row.silent ? 'none' : 'restart')
  const before = earlier(next)
  const owned = [{ kind: 'unit', name: '/etc/systemd/system/prometheus.service', found: false }] as const
  const records = new Map([['prometheus', stampOf(before, owned)]])
  const observed: Observed = { ...built(before), records, ...row.observed }
  const asked = program(row, connection, observed.records.size > 0 ? oldPort : next.health.port)
  const goal = row.retired ? { ...next, resources: [], retired: true } : next
  const result = await changeInstance(planInstance(goal, observed, hash), {
    ...{ connection, observed, arch: 'amd64', run: '1-run', ask: asked.ask, emit: () => {} },
    askHost: () => assert.fail(),
    releases: { file: () => ({ file: { sha256: '0'.repeat(64), size: 1 } }) } as never,
  })
  return { result, connection, told: asked.told }
}

const asked = { none: [], new: ['changed'], old: ['restored'], both: ['changed', 'restored'] }

/** Whatever becomes of it, each script is about this change and needs the lock of this run. */
function sameChange({ sent }: FakeConnection): void {
  const [first, ...rest] = sent.filter(({ kind }) => kind !== 'diagnosis')
  assert.ok(first)
  assert.ok(
    Buffer.from(first.request.stdin as Uint8Array)
      .toString()
      .endsWith(`${first.mark}\n`),
  )
  const [, change = '?'] = /echo (\S+) >run/.exec(first.script) ?? []
  for (const { script } of [first, ...rest])
    assert.ok(script.includes(change) && script.includes(holdsLock('1-run')))
  assert.equal(new Set([change, first.mark, ...rest.map(({ mark }) => mark)]).size, rest.length + 2)
}

describe('a change of one instance', () => {
  for (const [title, row] of Object.entries(rows)) {
    it(title, async () => {
      const { result, connection, told } = await change(row)
      const { status, undone, problems } = result
      assert.equal(`${status}${undone ? ', undone' : ''}`, row.result)
      assert.equal(connection.asked().join(' '), row.sent)
      const summaries = problems.map(({ summary }) => summary)
      assert.equal(summaries.length, row.says?.length ?? 0, summaries.join('\n'))
      for (const [index, said] of (row.says ?? []).entries()) assert.match(summaries[index] ?? '', said)
      for (const { host, remedy } of problems) assert.ok(host === 'mon-a' && remedy, JSON.stringify(problems))
      if (row.details) assert.match(problems[0]?.detail ?? '', row.details)
      if (row.asks) assert.deepEqual([...told], asked[row.asks])
      sameChange(connection)
    }).timeout(10_000)
  }
})

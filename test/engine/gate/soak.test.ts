import assert from 'node:assert/strict'
import { type SteadyState, soak } from '../../../src/engine/gate/soak.ts'
import { AskError } from '../../../src/verify/model.ts'
import type { Clock } from '../../../src/wait/poll.ts'
import { planOf } from '../plans.ts'
import { activeTargets, type Health, targets } from '../scraped.ts'

type Scraped = Readonly<Record<string, Health>>

interface Scene {
  readonly component?: 'prometheus' | 'alertmanager' | 'node_exporter'
  readonly had?: Scraped
  readonly interval?: string
  readonly sameConfig?: boolean
  readonly handover?: number
  readonly twin?: Scraped
  /** What it tells so many seconds after the change. */
  readonly now?: (second: number) => Scraped
  /** Status of its readiness; 0: it does not listen. */
  readonly ready?: (second: number) => number
}

/** Soaks with a clock that only the pauses move. */
async function run(scene: Scene) {
  const { component = 'prometheus', had, interval, sameConfig = true, twin, handover } = scene
  let time = 0
  const notes: string[] = []
  const clock: Clock = {
    now: () => time,
    pause: async milliseconds => {
      assert.ok(milliseconds > 0)
      time += milliseconds
    },
  }
  const before: SteadyState = {
    ...(had ? { targets: targets(had, interval) } : {}),
    sameConfig,
    ...(handover ? { handover } : {}),
    twins: async () => (twin ? targets(twin, interval) : undefined),
  }
  const problem = await soak({
    instance: planOf('mon-a', component).instance,
    before,
    ask: async (_host, _address, _port, path) => {
      const second = time / 1000
      if (path.startsWith('/api/v1/targets')) {
        const active = activeTargets(scene.now?.(second) ?? had ?? {}, interval)
        return { status: 200, body: JSON.stringify({ data: { activeTargets: active } }) }
      }
      const status = scene.ready?.(second) ?? 200
      if (status === 0) throw new AskError('refused', 'nothing listens on 127.0.0.1:9090')
      if (status < 0) throw new AskError('impossible', 'no tool')
      return { status, body: '' }
    },
    clock,
    began: 0,
    signal: new AbortController().signal,
    onWait: note => notes.push(note),
  })
  return { problem, seconds: time / 1000, notes }
}

describe('the soak', () => {
  it('lasts 8 s for what scrapes nothing', async () => {
    for (const component of ['alertmanager', 'node_exporter'] as const) {
      const { problem, seconds, notes } = await run({ component })
      assert.equal(problem, undefined)
      assert.equal(seconds, 8)
      assert.equal(notes[0], 'soaks: 8 s left')
      assert.equal(notes.at(-1), 'soaks: 1 s left')
    }
  })

  it('lasts two scrape intervals, at least 8 s and at most 5 minutes', async () => {
    for (const [interval, expected] of [
      ['2s', 8],
      ['15s', 30],
      ['1m', 120],
      ['10m', 300],
    ] as const) {
      const { problem, seconds } = await run({ had: { a: 'up' }, interval })
      assert.equal(problem, undefined)
      assert.equal(seconds, expected, interval)
    }
  })

  it('lasts until a store can go back to it, for at most 5 minutes', async () => {
    for (const [interval, handover, expected] of [
      ['15s', 135_000, 135],
      ['1m', 60_000, 120],
      ['1m', 540_000, 300],
    ] as const) {
      const { problem, seconds } = await run({ had: { a: 'up' }, interval, handover })
      assert.equal(problem, undefined)
      assert.equal(seconds, expected, interval)
    }
  })

  it('tells how many targets are up again, and how long it lasts', async () => {
    const { notes, problem } = await run({
      had: { a: 'up', b: 'up', c: 'down' },
      interval: '5s',
      now: second => (second < 4 ? { a: 'unknown', b: 'unknown' } : { a: 'up', b: 'up', c: 'down' }),
    })
    assert.equal(problem, undefined)
    assert.equal(notes[0], 'soaks: 0 of 2 targets up, 10 s left')
    assert.equal(notes.at(-1), 'soaks: 2 of 2 targets up, 1 s left')
  })

  it('waits for a target beyond its time', async () => {
    const { notes, problem, seconds } = await run({
      had: { a: 'up', b: 'up' },
      interval: '5s',
      now: second => ({ a: 'up', b: second < 40 ? 'down' : 'up' }),
    })
    assert.equal(problem, undefined)
    assert.equal(seconds, 40)
    assert.equal(notes.at(-1), 'soaks: 1 of 2 targets up, waits for node b:9100')
  })

  it('fails after 5 minutes, with the targets that are lost and why', async () => {
    const { problem, seconds } = await run({
      had: { a: 'up', b: 'up' },
      twin: { a: 'up', b: 'up' },
      now: () => ({ a: 'up', b: 'down' }),
    })
    assert.equal(seconds, 300)
    assert.equal(problem?.summary, '1 of 2 targets that were up before are not up 5 minutes after the change')
    assert.equal(problem?.detail, 'node b:9100: connection refused')
    assert.equal(problem?.host, 'mon-a')
    assert.equal(problem?.resource, 'service:prometheus.service')
    assert.ok(problem?.remedy)
  })

  it('fails where targets vanish that the twin sees up, though the config is the same', async () => {
    const scene: Scene = { had: { a: 'up', b: 'up' }, twin: { a: 'up', b: 'up' }, now: () => ({ a: 'up' }) }
    assert.equal((await run(scene)).problem?.detail, 'node b:9100')
    assert.equal((await run({ ...scene, sameConfig: false })).problem, undefined)
  })

  it('does not wait for a target that the twin sees down as well', async () => {
    const { problem, seconds } = await run({
      had: { a: 'up', b: 'up' },
      twin: { a: 'up', b: 'down' },
      now: () => ({ a: 'up', b: 'down' }),
    })
    assert.equal(problem, undefined)
    assert.equal(seconds, 30)
  })

  it('fails where it does not stay ready, and bears one answer that is lost', async () => {
    const down = await run({ had: { a: 'up' }, ready: second => (second < 5 ? 200 : 0) })
    assert.equal(
      down.problem?.summary,
      'prometheus was ready and did not stay so: nothing listens on 127.0.0.1:9090',
    )
    assert.equal(down.seconds, 7)
    const unready = await run({ component: 'alertmanager', ready: second => (second < 5 ? 200 : 503) })
    assert.match(unready.problem?.summary ?? '', /\/-\/ready answers 503$/)
    const once = await run({ had: { a: 'up' }, ready: second => (second === 5 ? 0 : 200) })
    assert.equal(once.problem, undefined)
  })

  it('does not end with an answer that is lost', async () => {
    const { problem, seconds } = await run({ component: 'alertmanager', ready: at => (at === 8 ? 0 : 200) })
    assert.equal(problem, undefined)
    assert.equal(seconds, 9)
  })

  it('only lasts its time where nothing can ask', async () => {
    const { problem, seconds } = await run({ component: 'alertmanager', ready: () => -1 })
    assert.equal(problem, undefined)
    assert.equal(seconds, 8)
  })
})

import assert from 'node:assert/strict'
import type { Followed } from '../../../src/engine/backlog/follow.ts'
import { awaitQueues, patienceWithQueues, type QueueWait } from '../../../src/engine/backlog/wait.ts'
import { AskError } from '../../../src/verify/model.ts'
import { queueSaying, type Said } from './queues.ts'

type Answer = Readonly<Record<string, Said>> | AskError

interface Parts extends Partial<Pick<QueueWait, 'concerned' | 'known' | 'signal' | 'patience'>> {
  /** Seconds that have passed before. */
  readonly from?: number
}

/** `answer`: what the replica says of its queues so many seconds after the first look. */
async function run(answer: (second: number) => Answer, { from = 0, ...parts }: Parts = {}) {
  let time = from * 1000
  const open: string[] = []
  const outcome = await awaitQueues({
    async look() {
      const seen = answer(time / 1000)
      if (seen instanceof AskError) throw seen
      const queues = Object.entries(seen).map(([name, said]) => queueSaying(said, time / 1000, name))
      const { newest = 0, since = 0 } = queues[0] ?? {}
      return { queues: queues.map(({ queue }) => queue), newest, since }
    },
    concerned: () => true,
    done: ({ state }) => state === 'caught up',
    known: new Map<string, Followed>(),
    clock: {
      now: () => time,
      pause: async milliseconds => {
        time += milliseconds
      },
    },
    signal: new AbortController().signal,
    patience: patienceWithQueues,
    onWait: queues => void open.push(queues.map(({ queue }) => queue.remoteName).join()),
    ...parts,
  })
  const states = outcome?.standings?.map(({ followed, state }) => `${followed.queue.remoteName} ${state}`)
  return { outcome, states: states?.join(), seconds: Math.round(time / 1000), open }
}

const gone = new AskError('failed', 'no answer')

describe('the wait for queues', () => {
  it('ends at once without any that is interrupted', async () => {
    assert.equal((await run(() => ({}))).seconds, 0)
    const other = await run(() => ({ x: { lag: 90 } }), { concerned: () => false })
    assert.deepEqual([other.states, other.seconds], ['', 0])
  })

  it('ends once each was caught up at one look', async () => {
    const { states, seconds, open } = await run(second => ({
      // As with an interval of 15 s: near only now and then, and never both at once.
      x: { lag: second > 9 && second < 13 ? 1 : 14 },
      y: { lag: second > 29 && second < 33 ? 1 : 14 },
    }))
    assert.equal(states, 'x done,y done')
    assert.ok(seconds > 29 && seconds < 35, `${seconds}`)
    assert.deepEqual([open[0], open.at(-1)], ['x,y', 'y'])
  })

  it('does not wait for a sink that is down', async () => {
    const { states, seconds } = await run(second => ({ x: { lag: 300 + second }, y: { lag: 1 } }))
    assert.equal(states, 'x down,y done')
    assert.ok(seconds <= 12, `${seconds}`)
  })

  it('ends after five minutes with what is still behind', async () => {
    const { states, seconds } = await run(second => ({ x: { lag: 90 - second / 10 } }))
    assert.deepEqual([states, seconds], ['x open', 300])
    const short = await run(second => ({ x: { lag: 90 - second / 10 } }), { patience: 12_000 })
    assert.deepEqual([short.states, short.seconds], ['x open', 12])
  })

  it('goes by what is known from earlier looks', async () => {
    const known = new Map<string, Followed>()
    await run(() => ({ x: { lag: 2 } }), { known })
    const { states, seconds } = await run(() => ({ x: { lag: 3 } }), { known, from: 60 })
    assert.deepEqual([states, seconds], ['x done', 60])
  })

  it('says why nothing is known, after a third look if that may pass', async () => {
    const lost = await run(() => gone)
    assert.deepEqual(lost.outcome, { unasked: gone })
    assert.ok(lost.seconds >= 2)
    const now = await run(() => new AskError('refused', 'nothing listens'))
    assert.ok(now.outcome?.unasked)
    assert.equal(now.seconds, 0)
    const once = await run(second => (second > 0 && second < 3 ? gone : { x: { lag: 2 } }))
    assert.equal(once.states, 'x done')
  })

  it('ends with the run', async () => {
    const interrupt = new AbortController()
    const { outcome } = await run(
      second => {
        if (second > 5) interrupt.abort()
        return { x: { lag: 90 } }
      },
      { signal: interrupt.signal },
    )
    assert.equal(outcome, undefined)
  })
})

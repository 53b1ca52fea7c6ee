import assert from 'node:assert/strict'
import { awaitComplete } from '../../../src/engine/gate/lacking.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { AskError } from '../../../src/verify/model.ts'

const instance = {
  ...{ host: 'mon-a', component: 'thanos_query' },
  service: { kind: 'service', unit: 'thanos_query.service', ports: [] },
} as unknown as Instance

/** Milliseconds pass only by pauses. */
function clockFrom(time: number) {
  let now = time
  const pause = async (duration: number) => {
    now += duration
  }
  return { now: () => now, pause }
}

async function awaited(answers: readonly (string | undefined | Error)[]) {
  const notes: string[] = []
  let asked = 0
  const problem = await awaitComplete({
    instance,
    lack: async () => {
      const answer = answers[Math.min(asked++, answers.length - 1)]
      if (answer instanceof Error) throw answer
      return answer
    },
    clock: clockFrom(0),
    signal: new AbortController().signal,
    onWait: note => notes.push(note),
  })
  return { summary: problem?.summary, notes, asked }
}

describe('the gate of what is ready and lacks something', () => {
  it('passes at once what lacks nothing', async () => {
    assert.deepEqual(await awaited([undefined]), { summary: undefined, notes: [], asked: 1 })
  })

  it('waits for what it lacks, and says what', async () => {
    const { summary, notes } = await awaited(['it does not ask b', 'it does not ask b', undefined])
    assert.deepEqual([summary, notes], [undefined, ['it does not ask b']])
  })

  it('gives up after a minute', async () => {
    const { summary } = await awaited(['it does not ask b'])
    assert.equal(summary, 'thanos_query is ready, but it does not ask b within 60 s')
  })

  it('waits for one that does not answer, and for none that cannot be asked', async () => {
    const { summary } = await awaited([new Error('no answer')])
    assert.match(summary ?? '', /cannot be asked what it lacks: no answer/)
    assert.equal((await awaited([new AskError('impossible', 'no tool')])).summary, undefined)
  })
})

import assert from 'node:assert/strict'
import { awaitFounded } from '../../../src/engine/gate/founded.ts'
import { AskError } from '../../../src/verify/model.ts'
import { planOf } from '../plans.ts'

async function awaited(answers: readonly (string | undefined | Error)[]) {
  let time = 0
  const notes: string[] = []
  let asked = 0
  const problem = await awaitFounded({
    instance: planOf('c3', 'cortex').instance,
    found: async () => {
      const answer = answers[Math.min(asked++, answers.length - 1)]
      if (answer instanceof Error) throw answer
      return answer
    },
    clock: {
      now: () => time,
      pause: async milliseconds => {
        time += milliseconds
      },
    },
    signal: new AbortController().signal,
    onWait: note => notes.push(note),
  })
  return { problem, notes, asked }
}

describe('what all programs of a kind need together', () => {
  it('is founded, and awaited', async () => {
    const { problem, notes, asked } = await awaited(['it is not known yet', new Error('500'), undefined])
    assert.deepEqual([problem, asked], [undefined, 3])
    assert.deepEqual(notes, ['it is not known yet', 'what all of them need could not be founded: 500'])
  })

  it('fails the gate after two minutes, with what is still lacking', async () => {
    const { problem } = await awaited(['it is not known yet'])
    assert.equal(
      problem?.summary,
      'cortex is ready, but what all of its kind need together is not there after 120 s: it is not known yet',
    )
    assert.deepEqual([problem?.host, problem?.resource], ['c3', 'service:cortex.service'])
  })

  it('is left alone where nothing can ask', async () => {
    const { problem, asked } = await awaited([new AskError('impossible', 'no tool')])
    assert.deepEqual([problem, asked], [undefined, 1])
  })
})

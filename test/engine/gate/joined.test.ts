import assert from 'node:assert/strict'
import { awaitJoined } from '../../../src/engine/gate/joined.ts'
import type { Answer } from '../../../src/shell/host/ask.ts'
import type { Member } from '../../../src/topology/model.ts'
import { AskError } from '../../../src/verify/model.ts'
import { planOf } from '../plans.ts'

const member = (host: string): Member => ({
  ...{ host, address: '198.18.0.13', port: 9009 },
  local: { address: '127.0.0.1', port: 9009 },
})

const ring = (states: Readonly<Record<string, string>>): Answer => ({
  status: 200,
  body: JSON.stringify({
    now: '2026-12-01T01:20:30Z',
    shards: Object.entries(states).map(([id, state]) => ({
      ...{ id, state, timestamp: '2026-12-01 01:20:28 +0000 UTC' },
    })),
  }),
})

async function run(component: string, hosts: readonly string[], answer: (second: number) => Answer) {
  let time = 0
  const notes: string[] = []
  const problem = await awaitJoined({
    instance: planOf('mon-a', component).instance,
    members: hosts.map(member),
    ask: async () => answer(time / 1000),
    clock: {
      now: () => time,
      pause: async milliseconds => {
        time += milliseconds
      },
    },
    signal: new AbortController().signal,
    onWait: note => notes.push(note),
  })
  return { problem, notes, seconds: time / 1000 }
}

describe('working together with others of its kind', () => {
  it('is awaited before the next member is changed', async () => {
    const { problem, notes, seconds } = await run('cortex', ['c1', 'c2'], second =>
      ring({ c1: second < 3 ? 'JOINING' : 'ACTIVE', c2: 'ACTIVE', c3: 'Unhealthy' }),
    )
    assert.equal(problem, undefined)
    assert.equal(seconds, 3)
    assert.deepEqual(notes, ['c1 is JOINING in the ring'])
  })

  it('is given up after two minutes, with what was lacking', async () => {
    const { problem, seconds } = await run('cortex', ['c1', 'c2'], () => ring({ c1: 'ACTIVE' }))
    assert.equal(seconds, 120)
    assert.match(problem?.summary ?? '', /^cortex is ready, but .* after 120 s: c2 is not in the ring$/)
    assert.match(problem?.remedy ?? '', /journalctl -u cortex/)
  })

  it('is not asked of what has no ring, of none, and where nothing can ask', async () => {
    const never = () => assert.fail('it was asked')
    assert.equal((await run('prometheus', ['mon-a'], never)).problem, undefined)
    assert.equal((await run('cortex', [], never)).problem, undefined)
    const impossible = () => {
      throw new AskError('impossible', 'no tool')
    }
    assert.equal((await run('cortex', ['c1'], impossible)).problem, undefined)
  })
})

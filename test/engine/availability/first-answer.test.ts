import assert from 'node:assert/strict'
import { firstAnswer } from '../../../src/engine/availability/first-answer.ts'
import { api } from '../../../src/verify/answer/answers.ts'
import { AskError } from '../../../src/verify/model.ts'

const place = (address: string) => ({
  local: { address: '127.0.0.1', port: 9090 },
  remote: { address, port: 9090 },
  readyPath: '/p/-/ready',
})

/** Who was asked for the answer, until `answers` did. */
async function asked(
  answers: string,
  places: readonly object[],
  witnesses: readonly string[] = ['a', 'b', 'c', 'd'],
) {
  const ways: string[] = []
  const found = await firstAnswer(
    async (host, address, port, path) => {
      ways.push(`${host} ${address}:${port}${path}`)
      if (ways.at(-1)?.startsWith(answers)) return { status: 200, body: 'here' }
      throw new AskError('refused', 'nothing listens')
    },
    { host: 'b', places: places as never },
    witnesses,
    get => get(api.metrics).catch(() => undefined),
  )
  return { found, ways }
}

describe('a member that is asked', () => {
  it('is asked on its own host first, behind its prefix', async () => {
    const { found, ways } = await asked('b ', [place('192.0.2.2')])
    assert.deepEqual([found, ways], ['here', ['b 127.0.0.1:9090/p/metrics']])
  })

  it('is asked from two others at most, and at each place', async () => {
    const { found, ways } = await asked('none', [{ unit: 'x' }, place('192.0.2.2'), place('192.0.2.3')])
    assert.equal(found, undefined)
    assert.deepEqual(
      ways.map(way => way.replace(/:.*/, '')),
      ['b 127.0.0.1', 'a 192.0.2.2', 'c 192.0.2.2', 'b 127.0.0.1', 'a 192.0.2.3', 'c 192.0.2.3'],
    )
    assert.equal((await asked('c ', [place('192.0.2.2')])).found, 'here')
  })
})

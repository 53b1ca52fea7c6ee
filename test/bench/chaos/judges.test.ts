/** What the chaos runs judge by, on made-up answers: each of them can say no. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, it } from 'mocha'
import { gaps } from '../../../bench/breaking/gaps.ts'
import { common, judge, lengthOf, poll } from '../../../bench/breaking/poller.ts'
import { stageOf } from '../../../bench/chaos/fault/moments.ts'
import { countFiring } from '../../../bench/chaos/receiver.ts'
import { page, plainTable, rowsOf } from '../../../bench/chaos/table.ts'
import type { Outcome } from '../../../bench/chaos/trial.ts'

/** One answer every 100 ms, at once; `1` is ready. */
const answers = (text: string) =>
  [...text].map((mark, index) => ({ asked: index * 100, answered: index * 100 + 5, ready: mark === '1' }))

describe('whether the pair was out', () => {
  it('not where one after the other was', () => {
    const { out, allOut, asked } = judge([answers('1001111'), answers('1111001')])
    assert.deepEqual(out, [[{ from: 100, to: 305 }], [{ from: 400, to: 605 }]])
    assert.deepEqual(allOut, [])
    assert.equal(asked, 7)
  })

  it('where both were at one instant, and to the end', () => {
    assert.deepEqual(judge([answers('1011'), answers('1011')]).allOut, [{ from: 100, to: 205 }])
    assert.deepEqual(judge([answers('110'), answers('100')]).allOut, [{ from: 200, to: 205 }])
  })

  it('by spans that end when the other begins', () => {
    assert.deepEqual(common([[{ from: 0, to: 5 }], [{ from: 5, to: 9 }]]), [])
    assert.deepEqual(common([[{ from: 0, to: 6 }], [{ from: 5, to: 9 }]]), [{ from: 5, to: 6 }])
    assert.equal(lengthOf([{ from: 0, to: 1500 }]), 1.5)
  })

  it('asks ten times a second, and sees a refusal and a 503', async () => {
    let status = 200
    const server = createServer((_, response) => {
      response.statusCode = status
      response.end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const watched = poll([`http://127.0.0.1:${port}/`, 'http://127.0.0.1:9/'])
    await delay(450)
    status = 503
    await delay(450)
    const { out, allOut, asked } = await watched.stop()
    server.close()
    assert.ok(asked >= 7 && asked <= 11, `${asked}`)
    assert.equal(out[0]?.length, 1)
    assert.ok(lengthOf(out[1] ?? []) > 0.6)
    assert.equal(allOut.length, 1)
  })
})

it('takes two seconds without an answer for none', async () => {
  const silent = createServer(() => {})
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const watched = poll([`http://127.0.0.1:${port}/`])
  await delay(300)
  const [[span] = []] = (await watched.stop()).out
  silent.close()
  assert.ok(span && span.to - span.from >= 2000 && span.to - span.from < 3500, JSON.stringify(span))
})

describe('gaps of a series', () => {
  const window = { from: 0, to: 10_000 }

  it('are the times without a sample that are too long', () => {
    assert.deepEqual(gaps([1000, 3000, 5000, 9500], window, 4000), [{ from: 5000, to: 9500 }])
    assert.deepEqual(gaps([1000, 3000, 5000, 7000, 9000], window, 4000), [])
  })

  it('are there too where it begins late or ends early', () => {
    assert.deepEqual(gaps([5000, 7000, 9000], window, 4000), [{ from: 0, to: 5000 }])
    assert.deepEqual(gaps([], window, 4000), [{ from: 0, to: 10_000 }])
  })

  it("are not those of the replica's own outage", () => {
    assert.deepEqual(gaps([1000, 7000, 9000], window, 4000, [{ from: 2000, to: 6000 }]), [])
    assert.equal(gaps([1000, 7000, 9000], window, 4000, [{ from: 8000, to: 8500 }]).length, 1)
  })
})

it('counts what was notified by fingerprint, and only what fires', () => {
  const one = { at: 0, status: 'firing', name: 'A', fingerprint: 'f', from: '' }
  const counts = countFiring([one, one, { ...one, status: 'resolved' }, { ...one, fingerprint: 'g' }])
  assert.deepEqual(Object.fromEntries(counts), { f: 2, g: 1 })
})

it('tells what a run was at', () => {
  const lines = ['Reading the inventory', 'Looking at hosts', 'Locking', 'Changing']
  assert.equal(stageOf(lines, ['mon-a prometheus']), 'changing prometheus')
  assert.equal(stageOf(lines, []), 'between steps')
  assert.equal(stageOf(lines.slice(0, 2), []), 'probing')
  assert.equal(stageOf([], []), 'starting')
})

describe('the table', () => {
  const good: Outcome = {
    fault: 'power cut',
    step: 'soak of b',
    code: 3,
    undone: 'the host',
    pairOut: 0,
    oneOut: 7,
    converged: 12.4,
  }

  it('has a row for each fault at each step', () => {
    const rows = rowsOf([good, { ...good, converged: 40, undone: 'promha' }, { ...good, step: 'other' }])
    assert.deepEqual(rows[0], ['power cut', 'soak of b', '2', '0 s', '3', 'promha, the host', '40 s'])
    assert.equal(rows.length, 2)
  })

  it('does not hide what failed, nor an outage of a moment', () => {
    const bad = { ...good, failure: 'both out', pairOut: 0.2 }
    assert.match(plainTable([good, bad]), /2, 1 FAILED +0\.2 s/)
    const text = page({ outcomes: [good, bad], seed: 7, command: 'npm run chaos', notified: [1] })
    assert.match(text, /1 of which failed/)
    assert.match(text, /\| power cut \| soak of b \| 2, 1 FAILED \|/)
  })
})

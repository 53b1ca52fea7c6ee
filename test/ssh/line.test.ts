import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'ssh2'
import { LoginError } from '../../src/ssh/failure.ts'
import { createLine } from '../../src/ssh/line.ts'
import { loginProblem } from '../../src/ssh/messages.ts'
import { createPersist } from '../../src/ssh/persist.ts'

const { signal } = new AbortController()

/** Thirty logins at an sshd that takes `most` at once and cuts each one more. */
async function throttled(thins: boolean, most: number): Promise<readonly PromiseSettledResult<Client>[]> {
  const line = createLine(thins)
  const persist = createPersist(() => {})
  let open = 0
  const logIn = async () => {
    const cut = open >= most
    open += 1
    await sleep(cut ? 1 : 20)
    open -= 1
    if (cut) throw new LoginError(loginProblem.failed({}, 'closed'), 'cut')
    return {} as Client
  }
  return Promise.allSettled(Array.from({ length: 30 }, () => persist(() => line(logIn), signal)))
}

const failed = (results: readonly PromiseSettledResult<Client>[]) =>
  results.filter(({ status }) => status === 'rejected').length

describe('logins by one line', function () {
  this.timeout(20_000)

  it('are fewer at once after some were cut, until none is', async () => {
    for (const most of [1, 2, 3, 7]) assert.equal(failed(await throttled(true, most)), 0, `${most} at once`)
  })

  it('stay as many where another host than the one asked would wait', async () => {
    assert.notEqual(failed(await throttled(false, 1)), 0)
  })
})

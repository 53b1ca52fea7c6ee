import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'ssh2'
import { LoginError } from '../../src/ssh/failure.ts'
import { loginProblem } from '../../src/ssh/messages.ts'
import { createPersist } from '../../src/ssh/persist.ts'

const timeout = () => new LoginError(loginProblem.failed({}, 'no answer'), 'timed out')
const client = {} as Client
const { signal } = new AbortController()

describe('logins that are tried again', function () {
  this.timeout(10_000)

  it('has few of them at once after a time-out', async () => {
    const persist = createPersist(() => {})
    let open = 0
    let most = 0
    const login = () => {
      let tries = 0
      return persist(async () => {
        tries += 1
        if (tries === 1) throw timeout()
        open += 1
        most = Math.max(most, open)
        // Longer than the longest wait before another try.
        await sleep(1600)
        open -= 1
        return client
      }, signal)
    }
    await Promise.all(Array.from({ length: 8 }, login))
    assert.equal(most, 4)
  })

  it('begins none once the time for it is over', async () => {
    const told: string[] = []
    const persist = createPersist(why => told.push(why), 0)
    let tries = 0
    const login = persist(async () => {
      tries += 1
      throw timeout()
    }, signal)
    await assert.rejects(login, /^LoginError: no answer$/)
    assert.deepEqual([tries, told], [1, ['no answer; trying again']])
  })

  it('ends at the signal, in its wait too', async () => {
    const controller = new AbortController()
    const reason = new Error('stop')
    const persist = createPersist(() => controller.abort(reason))
    await assert.rejects(
      persist(() => Promise.reject(timeout()), controller.signal),
      cause => cause === reason || (cause as Error).cause === reason,
    )
  })
})

/** Users and groups that cannot be made are told before anything is changed. */
import assert from 'node:assert/strict'
import { accountProblems, accountsOf } from '../../src/engine/accounts.ts'
import { planInstance } from '../../src/plan/plan.ts'
import { blank, built, hash, prometheus } from '../plan/host.ts'

const fresh = planInstance(prometheus, blank, hash)
const without = { ...built(prometheus), groups: new Set<string>() }
const groupless = planInstance(prometheus, without, hash)

describe('an account that a host lacks', () => {
  it('is a user, or the group of one', () => {
    assert.deepEqual(accountsOf(fresh), ['user prometheus'])
    assert.deepEqual(accountsOf(groupless), ['group prometheus'])
    assert.deepEqual(accountsOf(planInstance(prometheus, built(prometheus), hash)), [])
  })

  it('is named where it cannot be made, once', () => {
    assert.deepEqual(accountProblems('mon-a', {}, [fresh]), [])
    const told = accountProblems('mon-a', { noAccounts: '/etc/group' }, [groupless, groupless])
    assert.deepEqual(
      told.map(({ summary }) => summary),
      ['the group prometheus is missing on mon-a and cannot be created: /etc/group cannot be written to'],
    )
    assert.match(told[0]?.remedy ?? '', /`groupadd --system prometheus`/)
    const [user] = accountProblems('mon-a', { noAccounts: 'useradd' }, [fresh])
    assert.match(user?.summary ?? '', /the user prometheus is missing.*useradd is not installed$/)
  })
})

/** Users and groups that cannot be made are told before anything is changed. */
import assert from 'node:assert/strict'
import { accountProblems, accountsOf, powerProblems } from '../../../src/engine/preflight/accounts.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import { blank, built, carriedOut, hash, prometheus } from '../../plan/host.ts'

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

describe('a user that is there already', () => {
  const withPowers = (...held: readonly string[]) => {
    const observed = { ...blank, users: new Set(['prometheus']), powers: new Map([['prometheus', held]]) }
    return { observed, plan: planInstance(prometheus, observed, hash) }
  }

  it('is refused if it is root', () => {
    const { observed, plan } = withPowers('uid 0', 'sudo')
    const told = powerProblems('mon-a', observed, [plan])
    assert.deepEqual(
      told.map(({ severity, summary, detail }) => [severity, summary, detail]),
      [
        [
          'error',
          'the user prometheus on mon-a is root, and prometheus would run as root',
          'Expected: a user of its own, without privileges. Seen: uid 0.',
        ],
      ],
    )
  })

  it('is told of if its groups let it become root, when promha first uses it', () => {
    const { observed, plan } = withPowers('sudo', 'docker')
    const [told] = powerProblems('mon-a', observed, [plan])
    assert.equal(told?.severity, 'warning')
    assert.match(told?.detail ?? '', /is in the groups sudo, docker\.$/)
    assert.match(
      told?.remedy ?? '',
      /^Run `gpasswd -d prometheus sudo` and `gpasswd -d prometheus docker` on mon-a/,
    )
    const { records: stamps } = carriedOut(fresh, blank)
    assert.deepEqual(powerProblems('mon-a', { ...observed, records: stamps }, [plan]), [])
  })

  it('is no matter where nothing changes, or it has no such power', () => {
    const { observed, plan } = withPowers('uid 0')
    assert.deepEqual(powerProblems('mon-a', observed, [{ ...plan, changes: [] }]), [])
    assert.deepEqual(powerProblems('mon-a', blank, [fresh]), [])
  })
})

/** Accounts that may log in no further: each is told by what the host says, with what to do about it. */
import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { createDialer } from '../../../src/ssh/dialer.ts'
import { type ServerOptions, startServer } from '../support/server.ts'

/** What the login, or the first command as root, fails with. */
async function told(options: ServerOptions, sudo: boolean | { password: string } = false) {
  const server = await startServer(options)
  const dialer = createDialer({ forks: 8 })
  try {
    const connection = await dialer.connect(server.host({ sudo }))
    await connection.run({ script: 'true' })
  } catch (cause) {
    assert.ok(cause instanceof ProblemError, String(cause))
    const [problem] = cause.problems
    assert.equal(problem?.host, 'mon-a')
    return { ...problem, connections: server.connections() }
  } finally {
    await dialer.close()
    await server.close()
  }
  return assert.fail('it should have been refused')
}

const shell = (said: string, code = 1): ServerOptions => ({
  loginShell: ['/bin/sh', '-c', `${said}; exit ${code}`],
})
const sudo = (said: string): ServerOptions => ({ sudo: `echo 'sudo: ${said}' >&2; exit 1` })

describe('an account that may log in no further', () => {
  const cases: readonly (readonly [string, ServerOptions, RegExp, RegExp])[] = [
    [
      'whose password has expired, for a command',
      shell(
        'echo "WARNING: Your password has expired." >&2; echo "Password change required but no TTY available." >&2',
      ),
      /^the password of ops has expired and must be changed$/,
      /^Log in once as ops on a terminal and change it, or run `chage -d \$\(date \+%F\) ops` as root/,
    ],
    [
      'whose password has expired, for sudo',
      sudo('Account or password is expired, reset your password and try again'),
      /^the password of ops has expired and must be changed$/,
      /`chage -d /,
    ],
    [
      'that has expired, for sudo',
      sudo(
        'Account expired or PAM config lacks an "account" section for sudo, contact your system administrator',
      ),
      /^the account of ops has expired$/,
      /^Run `chage -E -1 ops` as root/,
    ],
    [
      'that is locked, for sudo',
      sudo('account validation failure, is your account locked?'),
      /^the account of ops is locked/,
      /`passwd -u ops`/,
    ],
    [
      'without a terminal, where sudo asks for one',
      sudo('sorry, you must have a tty to run sudo'),
      /requiretty/,
      /`Defaults:ops !requiretty`/,
    ],
    [
      'to whom PAM denies sudo',
      sudo('PAM account management error: Permission denied'),
      /^PAM on the host denies ops/,
      /access\.conf/,
    ],
    [
      'whose sudo may not become root',
      sudo('/usr/bin/sudo must be owned by uid 0 and have the setuid bit set'),
      /not setuid root/,
      /mode 4755/,
    ],
    [
      'with nologin as its shell',
      shell('echo "This account is currently not available."'),
      /^the login shell of ops is nologin$/,
      /^Run `usermod -s \/bin\/sh ops` as root/,
    ],
    [
      'while the host lets only root log in, without PAM',
      shell('echo "System is going down. Unprivileged users are not permitted to log in anymore." >&2', 254),
      /only root log in at the moment/,
      /\/run\/nologin/,
    ],
    [
      'with a shell that says nothing',
      shell('true'),
      /did not start \/bin\/sh and ended with 1$/,
      /usermod -s \/bin\/sh ops/,
    ],
  ]
  for (const [name, options, summary, remedy] of cases)
    it(name, async () => {
      const problem = await told(options, options.sudo !== undefined)
      assert.match(problem.summary ?? '', summary)
      assert.match(problem.remedy ?? '', remedy)
    })

  it('where sudo has a password to read and asks for a terminal all the same', async () => {
    const problem = await told(sudo('sorry, you must have a tty to run sudo'), { password: 'x' })
    assert.match(problem.summary ?? '', /requiretty/)
  })

  const denied: readonly (readonly [string, RegExp, RegExp])[] = [
    [
      'Your account has expired; please contact your system administrator.',
      /^cannot log in at ops@127\.0\.0\.1:\d+: the account of ops has expired$/,
      /`chage -E -1 ops`/,
    ],
    [
      '"System is booting up. Unprivileged users are not permitted to log in yet. See pam_nologin(8)."',
      /lets only root log in at the moment, and ops is not root$/,
      /once the host has booted/,
    ],
    [
      'Welcome.',
      /closed the connection during the key login of ops$/,
      /access\.conf.*`chage -l ops`.*nologin/,
    ],
  ]
  for (const [said, summary, remedy] of denied)
    it(`that PAM denies with the words: ${said}`, async () => {
      const problem = await told({ deny: said })
      assert.match(problem.summary ?? '', summary)
      assert.match(problem.remedy ?? '', remedy)
      assert.ok(problem.detail?.includes(said), problem.detail)
      // Asked again only where it may be another reason.
      assert.equal(problem.connections > 1, said === 'Welcome.')
    }).timeout(20_000)
})

/** Recognizes why the accounts, PAM or sudo of a host refuse a user, and says what to do. Pure. */
import type { Explanation } from './failure.ts'

/** Undefined if no known reason is found. `user`: who logs in. `said`: all that the host printed. */
export function accountFault(user: string, said: string): Explanation | undefined {
  const found = faults.find(([pattern]) => pattern.test(said))
  if (found === undefined) return undefined
  const [, summary, remedy] = found
  return { summary: summary(user), remedy: remedy(user) }
}

type Words = (user: string) => string

/** The first that matches counts: sshd and sudo say more than one of these at once. */
const faults: readonly (readonly [said: RegExp, summary: Words, remedy: Words])[] = [
  [
    /you must have a tty to run sudo/i,
    user => `sudo asks for a terminal for ${user} (requiretty)`,
    user =>
      `Add the line \`Defaults:${user} !requiretty\` to the sudoers of the host (run \`visudo\` as root).`,
  ],
  [
    /account has expired|account expired or PAM/i,
    user => `the account of ${user} has expired`,
    user => `Run \`chage -E -1 ${user}\` as root on the host, or log in as another user (\`ssh.user\`).`,
  ],
  [
    /password (has|is) expired|account or password is expired|password expired, contact|change expired password|password change required|required to change your password/i,
    user => `the password of ${user} has expired and must be changed`,
    user =>
      `Log in once as ${user} on a terminal and change it, or run \`chage -d $(date +%F) ${user}\` as root on the host.`,
  ],
  [
    /is your account locked/i,
    user => `the account of ${user} is locked, so sudo refuses it`,
    user =>
      `Run \`passwd -S ${user}\` and \`faillock --user ${user}\` as root on the host, then \`passwd -u ${user}\` or \`faillock --user ${user} --reset\`.`,
  ],
  [
    /not permitted to log in|pam_nologin/i,
    user => `the host lets only root log in at the moment, and ${user} is not root`,
    () =>
      'Run the command again once the host has booted. If it has, remove /run/nologin and /etc/nologin there.',
  ],
  [
    /account is (currently )?not available/i,
    user => `the login shell of ${user} is nologin`,
    user =>
      `Run \`usermod -s /bin/sh ${user}\` as root on the host, or log in as another user (\`ssh.user\`).`,
  ],
  [
    /PAM account management error|PAM authentication error|access denied for user/i,
    user => `PAM on the host denies ${user} the access`,
    user =>
      `Run \`journalctl -b -t sudo -t sshd\` as root on the host. Then allow ${user} in /etc/security/access.conf or in the file of /etc/pam.d that it names.`,
  ],
  [
    /must be owned by uid 0 and have the setuid bit|effective uid is not 0|no new privileges/i,
    () => 'sudo on the host cannot become root: it is not setuid root, or setuid is disabled there',
    () =>
      'Run `ls -l $(command -v sudo)` and `findmnt -T $(command -v sudo)` on the host: the file needs owner root and mode 4755, on a file system without nosuid.',
  ],
]

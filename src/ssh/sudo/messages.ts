/** The words of the problems whose topics are `command` and `account`. Passwords are in none of them. */
import { messages } from '../../diagnostic/problem.ts'

/** sudo repeats the command it refuses, which here is a whole script. */
const tooLong = /^(.{2000}).+/s

/** What a host said, as a detail. */
export function hostSaid(output: string): { readonly detail?: string } {
  const all = output.trim()
  if (all === '') return {}
  return { detail: all.replace(tooLong, '$1…') }
}

/** Why a command did not start or did not end. */
export const commandProblem = messages('command', {
  sudoAsks: (user: string, stderr: string) => ({
    summary: `sudo wants a password for ${user}, and there is no terminal to ask on`,
    ...hostSaid(stderr),
    remedy: `Allow ${user} sudo without a password (NOPASSWD), or give it in the inventory: \`sudo: { password: "\${env:NAME}" }\`.`,
  }),
  noSudo: (user: string, stderr: string) => ({
    summary: `there is no sudo on the host to become root with, and ${user} is not root`,
    ...hostSaid(stderr),
    remedy: 'Install sudo there, or log in as root (`ssh.user: root`).',
  }),
  sudoRefuses: (user: string, stderr: string) => ({
    summary: `sudo does not let ${user} become root`,
    ...hostSaid(stderr),
    remedy: `Allow ${user} to run /bin/sh as root in the host's sudoers, or log in as root (\`ssh.user: root\`).`,
  }),
  wrongPassword: (user: string) => ({
    summary: `sudo did not accept the password of ${user}`,
    remedy:
      'Correct `sudo: { password: … }` in the inventory, or run the command again and type the right password.',
  }),
  noPassword: (user: string) => ({
    summary: `sudo wants a password for ${user}, but the answer was empty`,
    remedy: `Run the command again and type it, or allow ${user} sudo without a password (NOPASSWD).`,
  }),
  tookTooLong: (timeout: number, stderr: string) => ({
    summary: `a command did not end within ${timeout / 1000} s and was given up`,
    ...hostSaid(stderr),
    remedy: 'Check the host: it may be busy, or a disk or name server may not answer.',
  }),
  saidTooMuch: (size: string, stream: string, stderr: string) => ({
    summary: `a command printed more than ${size} to ${stream} and was ended`,
    ...hostSaid(stderr),
    remedy: 'Log in to the host and check that stat, systemctl and ip work there (and /var/lib/promha).',
  }),
  shellSaidTooMuch: (size: string, stream: string, stderr: string) => ({
    summary: `the login shell printed more than ${size} to ${stream} before a command started, and was ended`,
    ...hostSaid(stderr),
    remedy: 'Log in to the host and correct the start-up files of the login shell (/etc/profile, ~/.bashrc).',
  }),
  neverStarted: (user: string, code: number, said: string) => ({
    summary: `the login shell of ${user} did not start /bin/sh and ended with ${code}`,
    ...hostSaid(said),
    remedy: `Run \`usermod -s /bin/sh ${user}\` as root on the host, and remove a ForceCommand for ${user} from its sshd_config.`,
  }),
  noChannel: (stderr: string) => ({
    summary: 'sshd opened no session for a command',
    ...hostSaid(stderr),
    remedy: 'Raise MaxSessions in its sshd_config to 4 or more, and allow commands.',
  }),
})

/** Why the accounts, PAM or sudo of a host refuse a user. */
export const accountProblem = messages('account', {
  needsTerminal: (user: string) => ({
    summary: `sudo asks for a terminal for ${user} (requiretty)`,
    remedy: `Add the line \`Defaults:${user} !requiretty\` to the sudoers of the host (run \`visudo\` as root).`,
  }),
  expired: (user: string) => ({
    summary: `the account of ${user} has expired`,
    remedy: `Run \`chage -E -1 ${user}\` as root on the host, or log in as another user (\`ssh.user\`).`,
  }),
  passwordExpired: (user: string) => ({
    summary: `the password of ${user} has expired and must be changed`,
    remedy: `Log in once as ${user} on a terminal and change it, or run \`chage -d $(date +%F) ${user}\` as root on the host.`,
  }),
  locked: (user: string) => ({
    summary: `the account of ${user} is locked, so sudo refuses it`,
    remedy: `Run \`passwd -S ${user}\` and \`faillock --user ${user}\` as root on the host, then \`passwd -u ${user}\` or \`faillock --user ${user} --reset\`.`,
  }),
  onlyRoot: (user: string) => ({
    summary: `the host lets only root log in at the moment, and ${user} is not root`,
    remedy:
      'Run the command again once the host has booted. If it has, remove /run/nologin and /etc/nologin there.',
  }),
  noLoginShell: (user: string) => ({
    summary: `the login shell of ${user} is nologin`,
    remedy: `Run \`usermod -s /bin/sh ${user}\` as root on the host, or log in as another user (\`ssh.user\`).`,
  }),
  deniedByPam: (user: string) => ({
    summary: `PAM on the host denies ${user} the access`,
    remedy: `Run \`journalctl -b -t sudo -t sshd\` as root on the host. Then allow ${user} in /etc/security/access.conf or in the file of /etc/pam.d that it names.`,
  }),
  sudoWithoutSetuid: () => ({
    summary: 'sudo on the host cannot become root: it is not setuid root, or setuid is disabled there',
    remedy:
      'Run `ls -l $(command -v sudo)` and `findmnt -T $(command -v sudo)` on the host: the file needs owner root and mode 4755, on a file system without nosuid.',
  }),
})

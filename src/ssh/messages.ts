/** The words of the problems whose topic is `ssh`. */
import { messages, type Texts } from '../diagnostic/problem.ts'

export const sshProblem = messages('ssh', {
  configUnusable: (file: string, why: string) => ({
    summary: `the SSH configuration ${file} cannot be used: ${why}`,
    remedy: 'Correct that file, name another one in `ssh.config`, or ignore it with `config: false`.',
  }),
  hostKeyNotAdded: (path: string, why: string) => ({
    summary: `the host key cannot be added to ${path}: ${why}`,
    remedy: 'Name a known_hosts file that this user can write with `ssh.known_hosts`.',
  }),
  hostKeysUnreadable: (path: string, message: string) => ({
    summary: `the host keys in ${path} cannot be read: ${message}`,
    remedy: 'Make the file readable, or name another one with `ssh.known_hosts`.',
  }),
  badHostName: (setting: string, name: string) => ({
    summary: `${setting} ${JSON.stringify(name)} in ssh_config is not a host name`,
    remedy: `Set ${setting} to letters, digits, dots, hyphens and underscores, or remove it.`,
  }),
  keyUnused: (path: string, why: string, remedy: string) => ({
    severity: 'warning',
    summary: `the private key ${path} is not used: ${why}`,
    remedy,
  }),
  notesUnusable: (the: Texts<'verb' | 'message' | 'path' | 'dirname'>) => ({
    severity: 'warning',
    summary: `the notes of hosts whose sudo needs no password cannot be ${the.verb}: ${the.message}`,
    detail: `They are in ${the.path}. Without them promha cannot warn if such a host asks for a password in a later run.`,
    remedy: `Give ${the.dirname} to this user alone, or set XDG_STATE_HOME to a directory that is.`,
  }),
  matchUnsupported: (criterion: string) => ({
    severity: 'warning',
    summary: `a block \`Match ${criterion}\` of ssh_config was passed over: it is not supported`,
    remedy: 'Put what it sets into a `Host` block, or into `ssh` of the inventory.',
  }),
  cannotConnect: (why: string) => `cannot connect: ${why}`,
})

type Host = Texts<'place' | 'user'>

/** Of no host yet: a jump host serves many. */
export const loginProblem = messages('login', {
  unreachable: (place: string, why: string, remedy: string) => ({
    summary: `cannot reach ${place}: ${why}`,
    remedy,
  }),
  noAnswer: (place: string, seconds: number, step: string) => ({
    summary: `cannot reach ${place}: no answer within ${seconds} s while ${step}`,
    remedy:
      'Check that the host is up and that no firewall drops the connection; ConnectTimeout in ssh_config allows more time.',
  }),
  notThroughJump: (place: string, why: string) => ({
    summary: `cannot reach ${place} through the jump host: ${why}`,
    remedy: 'Check the address as seen from the jump host, and that its sshd allows TCP forwarding.',
  }),
  tooManyJumps: (place: string, most: number) => ({
    summary: `more than ${most} jump hosts in a row to ${place}`,
    remedy: 'Look for a ProxyJump that leads back to itself.',
  }),
  proxyCommand: (place: string) => ({
    summary: `ssh_config asks for a ProxyCommand to reach ${place}, which is not supported`,
    remedy:
      'Use ProxyJump there, set `ssh.jump` in the inventory, or ignore ssh_config with `config: false`.',
  }),
  closedAfterKey: ({ place, user }: Host, said: { detail?: string }) => ({
    summary: `${place} closed the connection during the key login of ${user}`,
    ...said,
    remedy: `Read the log of sshd there (\`journalctl -b -t sshd -t sshd-session\`). If it says that PAM denied the access, check /etc/security/access.conf, \`chage -l ${user}\` and /etc/nologin.`,
  }),
  hungUp: (place: string) => ({
    summary: `${place} closed the connection before the login was through`,
    remedy: 'Look into the log of its sshd; MaxStartups limits how many may log in at once.',
  }),
  protocol: (place: string, why: string) => ({
    summary: `${place} and this machine do not agree on SSH: ${why}`,
    remedy: 'Check that an sshd answers on that port, and which algorithms it allows.',
  }),
  failed: (why: string) => why,
  noKey: ({ place, user }: Host, keys: { detail?: string }, closing: readonly string[]) => ({
    summary: `cannot log in at ${place}: there is no key to log in with`,
    ...keys,
    remedy: closing.length > 0 ? closing.join(' ') : putKey(user),
  }),
  keyRefused: ({ place, user }: Host, keys: { detail?: string }, tried: number) => ({
    summary: `${place} refused the login as ${user} with ${tried === 1 ? 'the key' : `all ${tried} keys`}`,
    ...keys,
    remedy: putKey(user),
  }),
  needsMore: (place: string, left: readonly string[]) => ({
    summary: `${place} took the key and asks for more: ${left.join(', ')}`,
    remedy: 'Let this user log in with a key alone (AuthenticationMethods in its sshd_config).',
  }),
  takesNoKeys: (place: string, left: readonly string[]) => ({
    summary: `${place} takes no keys, only: ${left.join(', ')}`,
    remedy: 'Allow PubkeyAuthentication in its sshd_config.',
  }),
  identityUnusable: (path: string, why: string) => ({
    summary: `the identity ${path} cannot be used: ${why}`,
    remedy: 'Name a private key in `ssh.identity`, or leave it out to use ssh-agent and the usual files.',
  }),
  identityExposed: (path: string, why: string, remedy: string) => ({
    summary: `the identity ${path} is not used: ${why}`,
    remedy,
  }),
  identityLocked: (path: string, wrong: boolean) => ({
    summary: wrong
      ? `the identity ${path} cannot be used: the passphrase was wrong three times`
      : `the identity ${path} needs a passphrase, and there is no terminal to ask on`,
    remedy: 'Load the key into ssh-agent (`ssh-add`), or use one without a passphrase.',
  }),
  hostKeyUnknown: (the: Texts<'place' | 'shown' | 'file' | 'line'> & { authority: string | undefined }) => ({
    summary: `the host key of ${the.place} is not known: it showed ${the.shown}`,
    detail: [
      `To trust it, compare the fingerprint with the host's own and add this line to ${the.file}:\n${the.line}`,
      ...(the.authority === undefined
        ? []
        : [`${the.authority} trusts an authority for this host; certificates of hosts are not supported`]),
    ].join('\n'),
    remedy: `Add the line to ${the.file}, or set \`host_key: accept-new\` to trust a host the first time it is seen.`,
  }),
  hostKeyRevoked: (place: string, entry: string, shown: string) => ({
    summary: `the host key of ${place} was revoked: ${entry} names ${shown}`,
    remedy: 'Give the host a new key.',
  }),
  hostKeyChanged: (the: Texts<'place' | 'expected' | 'shown' | 'file'> & { line: number }) => ({
    summary: `the host key of ${the.place} has changed: expected ${the.expected}, it showed ${the.shown}`,
    detail: `${the.file}:${the.line} holds the expected key. Another machine may be answering in its place.`,
    remedy: `If the host was reinstalled, remove line ${the.line} of ${the.file} and check the new fingerprint on the host.`,
  }),
})

function putKey(user: string): string {
  return `Put the public key into ~${user}/.ssh/authorized_keys there, or name the right \`ssh.user\` and \`ssh.identity\`. If the key is there, look into the log of its sshd: it refuses every key of an account that is locked or expired, or that AllowUsers or DenyUsers excludes.`
}

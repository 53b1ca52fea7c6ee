/** Why a login failed, as words; and the error that means a host could not be reached. */
import { error, type Problem, ProblemError } from '../diagnostic/problem.ts'
import { accountFault } from './account.ts'
import { fingerprint, type KeyVerdict, keyType, knownHostsLine } from './known-hosts.ts'
import type { Target } from './target.ts'

/** There is no connection to the host: nothing was done there. */
export class UnreachableError extends ProblemError {
  constructor(problems: readonly Problem[]) {
    super(problems)
    this.name = 'UnreachableError'
  }
}

export type Explanation = Pick<Problem, 'summary' | 'detail' | 'remedy'>

/** `no`: another try ends in the same way. */
type Again = 'no' | 'cut' | 'timed out'

/** One login that failed. Belongs to no host yet: a jump host serves many. */
export class LoginError extends Error {
  readonly explanation: Explanation
  readonly again: Again
  constructor(explanation: Explanation, again: Again = 'no') {
    super(explanation.summary)
    this.name = 'LoginError'
    this.explanation = explanation
    this.again = again
  }
}

/** The error for the host that was to be reached. */
export function unreachable(host: string, { summary, ...rest }: Explanation): UnreachableError {
  return new UnreachableError([error(summary, { ...rest, host })])
}

export function place(target: Target): string {
  return `${target.user}@${target.address.includes(':') ? `[${target.address}]` : target.address}:${target.port}`
}

const reasons: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ECONNREFUSED: [
    'the connection was refused',
    'check that sshd runs there and that the port is right (`ssh.port`)',
  ],
  ENOTFOUND: ['the name is not known', 'check the name, or give an address with `ssh.host` or `address`'],
  EAI_AGAIN: ['the name could not be looked up', 'check the name server of this machine'],
  EHOSTUNREACH: ['there is no way to it', 'check that the host is up and the address is right'],
  ENETUNREACH: ['there is no way to its network', 'check the routes of this machine, or set `ssh.jump`'],
  ETIMEDOUT: ['no answer', 'check that the host is up and that no firewall drops the connection'],
}

/** A socket that did not come about, or broke before the login was through. */
export function socketFailure(target: Target, cause: NodeJS.ErrnoException): LoginError {
  const code = cause.code ?? ''
  const [why, remedy] = reasons[code] ?? [cause.message, 'check the host and the network between']
  const again = ['ECONNRESET', 'EPIPE'].includes(code) ? 'cut' : 'no'
  return new LoginError({ summary: `cannot reach ${place(target)}: ${why}`, remedy }, again)
}

export function noAnswer(target: Target, step: string, again: Again): LoginError {
  const seconds = target.connectTimeout / 1000
  return new LoginError(
    {
      summary: `cannot reach ${place(target)}: no answer within ${seconds} s while ${step}`,
      remedy:
        'check that the host is up and that no firewall drops the connection; ConnectTimeout in ssh_config allows more time',
    },
    again,
  )
}

/**
 * The server closed the connection after it was offered a key. sshd does so if the key is right but the account may not log
 * in. `told`: its last message, which may be the reason, a banner for all users, or empty.
 */
export function closedAfterKey(target: Target, told: string): LoginError {
  const { user } = target
  const detail = told.trim() === '' ? {} : { detail: `It said: ${told.trim()}` }
  const fault = accountFault(user, told)
  if (fault !== undefined)
    return new LoginError({
      ...fault,
      summary: `cannot log in at ${place(target)}: ${fault.summary}`,
      ...detail,
    })
  return new LoginError(
    {
      summary: `${place(target)} closed the connection during the key login of ${user}`,
      ...detail,
      remedy: `Read the log of sshd there (\`journalctl -b -t sshd -t sshd-session\`). If it says that PAM denied the access, check /etc/security/access.conf, \`chage -l ${user}\` and /etc/nologin.`,
    },
    'cut',
  )
}

/** The server closed without a word: most often it has too many logins at work. */
export function hungUp(target: Target): LoginError {
  return new LoginError(
    {
      summary: `${place(target)} closed the connection before the login was through`,
      remedy: 'look into the log of its sshd; MaxStartups limits how many may log in at once',
    },
    'cut',
  )
}

export function protocolFailure(target: Target, message: string): LoginError {
  return new LoginError({
    summary: `${place(target)} and this machine do not agree on SSH: ${message}`,
    remedy: 'check that an sshd answers on that port, and which algorithms it allows',
  })
}

/** The keys of a login, as words. */
interface KeysOfLogin {
  /** Those shown to the host. */
  readonly tried: readonly string[]
  /** Those left out, with the reason. */
  readonly passed: readonly string[]
  /** For those left out because others may read them: what to type, as sentences. */
  readonly closing: readonly string[]
}

/** No key was taken. */
export function keyRefused(
  target: Target,
  { tried, passed, closing }: KeysOfLogin,
  said?: string,
): LoginError {
  const summary =
    tried.length === 0
      ? `cannot log in at ${place(target)}: there is no key to log in with`
      : `${place(target)} refused the login as ${target.user} with ${tried.length === 1 ? 'the key' : `all ${tried.length} keys`}`
  const detail = [
    ...tried.map(key => `tried: ${key}`),
    ...passed.map(key => `left out: ${key}`),
    ...(said === undefined ? [] : [said]),
  ].join('\n')
  return new LoginError({
    summary,
    ...(detail === '' ? {} : { detail }),
    remedy:
      tried.length === 0 && closing.length > 0
        ? closing.join(' ')
        : `Put the public key into ~${target.user}/.ssh/authorized_keys there, or name the right \`ssh.user\` and \`ssh.identity\`. If the key is there, look into the log of its sshd: it refuses every key of an account that is locked or expired, or that AllowUsers or DenyUsers excludes.`,
  })
}

/** The host key is not one that may be trusted. */
export function hostKeyRefused(
  target: Target,
  verdict: Exclude<KeyVerdict, { kind: 'known' }>,
  name: string,
  key: Buffer,
): LoginError {
  const shown = `${keyType(key)} ${fingerprint(key)}`
  const file = target.knownHosts[0] ?? '~/.ssh/known_hosts'
  if (verdict.kind === 'unknown') {
    const { authority } = verdict
    const certificates =
      authority === undefined
        ? ''
        : `\n${authority.file}:${authority.line} trusts an authority for this host; certificates of hosts are not supported`
    return new LoginError({
      summary: `the host key of ${place(target)} is not known: it showed ${shown}`,
      detail: `To trust it, compare the fingerprint with the host's own and add this line to ${file}:\n${knownHostsLine(name, key)}${certificates}`,
      remedy: `add the line to ${file}, or set \`host_key: accept-new\` to trust a host the first time it is seen`,
    })
  }
  const { entry } = verdict
  const where = `${entry.file}:${entry.line}`
  if (verdict.kind === 'revoked') {
    return new LoginError({
      summary: `the host key of ${place(target)} was revoked: ${where} names ${shown}`,
      remedy: 'give the host a new key',
    })
  }
  return new LoginError({
    summary: `the host key of ${place(target)} has changed: expected ${entry.type} ${fingerprint(entry.key)}, it showed ${shown}`,
    detail: `${where} holds the expected key. Another machine may be answering in its place.`,
    remedy: `if the host was set up anew, remove line ${entry.line} of ${entry.file} and check the new fingerprint on the host`,
  })
}

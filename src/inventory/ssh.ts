import { suggestion } from '../diagnostic/nearest.ts'
import { error, warning } from '../diagnostic/problem.ts'
import { type Context, requestKey, resolvePath } from './context.ts'
import type { SshSettings } from './model.ts'
import { addressFault } from './names.ts'
import { at, atKey, memberPlace, quote, seen } from './place.ts'
import { inStep } from './ranges.ts'
import type { SshText } from './schema.ts'

const hostKeys = ['strict', 'accept-new', 'off'] as const
/** As `password`, promha asks for the password on the terminal. */
const ask = 'ask'
const paths = ['identity', 'known_hosts', 'config'] as const

/**
 * Reports what is wrong with one `ssh:` as it is written, before a host's own keys are merged over the common ones.
 * @param ranged its texts may contain ranges
 */
export function checkSsh(ssh: SshText, context: Context, ranged = false): void {
  const { problems } = context
  // Of a range, only the first host is checked.
  const one = ranged ? inStep(ssh, 0) : ssh
  const wrong = (key: keyof SshText, expected: string, remedy?: string) =>
    problems.push(
      error(`ssh.${key}: expected ${expected}, saw ${seen(ssh, key)}`, {
        ...at(ssh, key),
        ...(remedy ? { remedy } : {}),
      }),
    )
  if (ssh.port != null && !(Number.isInteger(ssh.port) && ssh.port > 0 && ssh.port < 65536)) {
    wrong('port', 'a port from 1 to 65535')
  }
  if (one.user != null && !/^[A-Za-z_][A-Za-z0-9_.@\\-]*\$?$/.test(one.user)) wrong('user', 'a user name')
  if (one.host != null && addressFault(one.host) !== undefined) wrong('host', 'a host name or an IP address')
  if (one.jump != null && !isJump(one.jump)) wrong('jump', 'user@host:port, or none')
  if (ssh.host_key != null && !(hostKeys as readonly string[]).includes(ssh.host_key)) {
    wrong('host_key', hostKeys.join(' or '), suggestion(ssh.host_key, hostKeys).remedy)
  }
  for (const key of paths) checkPath(ssh, key, one[key], context)
  const { sudo } = ssh
  if (typeof sudo === 'object' && sudo?.same_for != null && !asksForPassword(sudo)) {
    problems.push(
      error('ssh.sudo.same_for: expected `password: ask` beside it, saw a password that is not asked for', {
        ...atKey(sudo, 'same_for'),
        remedy: 'Write `sudo: { password: ask, same_for: [GROUP] }`, or remove `same_for`.',
      }),
    )
  }
}

/**
 * Whether a value of `sudo:` is `{ password: ask }`, written literally. If a reference was resolved to the text `ask`, that
 * is a password.
 */
export function asksForPassword(sudo: unknown): boolean {
  if (typeof sudo !== 'object' || sudo === null || !('password' in sudo)) return false
  return sudo.password === ask && memberPlace(sudo, 'password')?.expanded !== true
}

/** A missing file is only a warning: it may be for hosts that this run does not use. */
function checkPath(
  ssh: SshText,
  key: (typeof paths)[number],
  path: string | false | null | undefined,
  context: Context,
): void {
  if (typeof path !== 'string') return
  if (path === '') {
    context.problems.push(error(`ssh.${key}: expected a path, saw an empty text`, at(ssh, key)))
    return
  }
  if (key === 'config' && /^(no|off)$/i.test(path)) {
    context.problems.push(
      error(`ssh.config: expected a path or false, saw ${seen(ssh, key)}`, {
        ...at(ssh, key),
        remedy: 'write false; for a file of that name, write "./" before it',
      }),
    )
    return
  }
  const absolute = resolvePath(path, context)
  const answer = context.files.get(requestKey({ kind: 'exists', path: absolute }))
  if (answer && 'failure' in answer) {
    context.problems.push(warning(`ssh.${key}: ${quote(path)} ${answer.failure}`, at(ssh, key)))
  }
}

function isJump(jump: string): boolean {
  const hop = /^([^@\s,]+@)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/
  return jump.split(',').every(part => hop.test(part) && !part.startsWith('-'))
}

/** The paths that `ssh:` names, whose existence `edge/` checks. */
export function sshPaths(ssh: SshText, ranged = false): readonly string[] {
  const one = ranged ? inStep(ssh, 0) : ssh
  return paths.map(key => one[key]).filter(path => typeof path === 'string' && path !== '') as string[]
}

/** The settings of one host: its own keys, merged over those of the inventory. */
export function sshSettings(
  common: SshText,
  own: SshText,
  context: Pick<Context, 'directory' | 'home'>,
): SshSettings {
  const text = dropAbsent({ ...dropAbsent(common), ...dropAbsent(own) })
  const path = (value: string) => resolvePath(value, context)
  return {
    sudo: sudoSetting(text.sudo ?? true),
    hostKey: hostKeys.find(known => known === text.host_key) ?? 'strict',
    ...(text.host == null ? {} : { host: text.host }),
    ...(text.user == null ? {} : { user: text.user }),
    ...(text.port == null ? {} : { port: text.port }),
    ...(text.jump == null ? {} : { jump: text.jump }),
    ...(text.identity == null ? {} : { identity: path(text.identity) }),
    ...(text.known_hosts == null ? {} : { knownHosts: path(text.known_hosts) }),
    ...(text.config == null ? {} : { config: text.config === false ? false : path(text.config) }),
  }
}

/** The patterns of `same_for` become hosts once the groups are known. */
function sudoSetting(sudo: NonNullable<SshText['sudo']>): SshSettings['sudo'] {
  if (typeof sudo === 'boolean') return sudo
  if (!asksForPassword(sudo)) return { password: sudo.password }
  return sudo.same_for == null ? true : { sameFor: sudo.same_for }
}

function dropAbsent(text: SshText): SshText {
  return Object.fromEntries(Object.entries(text).filter(([, value]) => value != null)) as SshText
}

import { present } from '../../diagnostic/defined.ts'
import { suggestion } from '../../diagnostic/nearest.ts'
import { type Context, type PathBase, requestKey, resolvePath } from '../context.ts'
import type { SshSettings } from '../model.ts'
import type { SshText } from '../schema/schema.ts'
import { at, atKey, memberPlace, seen } from '../text/place.ts'
import { addressFault } from '../value/names.ts'
import { inStep } from '../value/ranges.ts'
import { hostProblem } from './messages.ts'

const hostKeys = ['strict', 'accept-new', 'off'] as const
/** As `password`, promha asks for the password on the terminal. */
const ask = 'ask'
/** One of `jump`. */
const hop = /^(?!-)([^@\s,]+@)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/
const paths = ['identity', 'known_hosts', 'config'] as const

/** Reports what is wrong with one `ssh:` as it is written. `ranged`: its texts may contain ranges. */
export function checkSsh(ssh: SshText, context: Context, ranged = false): void {
  const { problems } = context
  // Of a range, only the first host is checked.
  const one = ranged ? inStep(ssh, 0) : ssh
  const wrong = (key: keyof SshText, expected: string, remedy?: string) =>
    problems.push(hostProblem.badSshSetting(at(ssh, key), { key, expected, seen: seen(ssh, key), remedy }))
  if (ssh.port != null && !(Number.isInteger(ssh.port) && ssh.port > 0 && ssh.port < 65536)) {
    wrong('port', 'a port from 1 to 65535')
  }
  if (one.user != null && !/^[A-Za-z_][A-Za-z0-9_.@\\-]*\$?$/.test(one.user)) wrong('user', 'a user name')
  if (one.host != null && addressFault(one.host) !== undefined) wrong('host', 'a host name or an IP address')
  if (one.jump != null && !one.jump.split(',').every(part => hop.test(part)))
    wrong('jump', 'user@host:port, or none')
  if (ssh.host_key != null && !(hostKeys as readonly string[]).includes(ssh.host_key)) {
    wrong('host_key', hostKeys.join(' or '), suggestion(ssh.host_key, hostKeys).remedy)
  }
  for (const key of paths) checkPath(ssh, key, one[key], context)
  const { sudo } = ssh
  if (typeof sudo === 'object' && sudo?.same_for != null && !asksForPassword(sudo)) {
    problems.push(hostProblem.sameForWithoutAsk(atKey(sudo, 'same_for')))
  }
}

/** Whether `sudo:` is `{ password: ask }`, written literally: a reference that resolves to `ask` is a password. */
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
  const { problems, files } = context
  const where = at(ssh, key)
  if (path === '') return void problems.push(hostProblem.emptySshPath(where, key))
  if (key === 'config' && /^(no|off)$/i.test(path))
    return void problems.push(hostProblem.badSshConfig(where, seen(ssh, key)))
  const answer = files.get(requestKey({ kind: 'exists', path: resolvePath(path, context) }))
  if (answer && 'failure' in answer)
    problems.push(hostProblem.unusableSshFile(where, key, path, answer.failure))
}

/** The paths that `ssh:` names, whose existence `edge/` checks. */
export function sshPaths(ssh: SshText, ranged = false): readonly string[] {
  const one = ranged ? inStep(ssh, 0) : ssh
  return paths.map(key => one[key]).filter(path => typeof path === 'string' && path !== '') as string[]
}

/** The settings of one host: its own keys, merged over those of the inventory. */
export function sshSettings(common: SshText, own: SshText, context: PathBase): SshSettings {
  const text: SshText = { ...present(common), ...present(own) }
  const { host, user, port, jump, identity, known_hosts, config } = text
  const path = (value: string | null | undefined) => value && resolvePath(value, context)
  return {
    sudo: sudoSetting(text.sudo ?? true),
    hostKey: hostKeys.find(known => known === text.host_key) ?? 'strict',
    ...present({ host, user, port, jump, identity: path(identity), knownHosts: path(known_hosts) }),
    ...present({ config: config === false ? config : path(config) }),
  }
}

/** The patterns of `same_for` become hosts once the groups are known. */
function sudoSetting(sudo: NonNullable<SshText['sudo']>): SshSettings['sudo'] {
  if (typeof sudo === 'boolean') return sudo
  if (!asksForPassword(sudo)) return { password: sudo.password }
  return sudo.same_for == null ? true : { sameFor: sudo.same_for }
}

import { defined } from '../diagnostic/defined.ts'
import type { Host, SshSettings } from '../inventory/model.ts'
import { requireUnattended } from '../trust/foreign-problem.ts'
import type { LoginTarget, TargetRequest } from './config/target.ts'
import { place } from './failure.ts'
import type { SudoHost } from './sudo/sudo-password.ts'

export function hostRequest({ name, address, ssh }: Host): TargetRequest {
  return ssh.host === undefined
    ? { names: [name, address], address, ssh }
    : { names: [ssh.host], address: ssh.host, ssh }
}

export function asSudoHost({ name, ssh }: Host, target: LoginTarget): SudoHost {
  const jumps = target.jumps.map(({ host, port }) => ` through ${host}:${port ?? 22}`)
  const sameFor = typeof ssh.sudo === 'object' && 'sameFor' in ssh.sudo ? ssh.sudo.sameFor : undefined
  return {
    name,
    user: target.user,
    place: [place(target), ...jumps].join(''),
    ...defined({ sameFor, unchecked: target.hostKey === 'off' || undefined }),
  }
}

/** undefined where sudo is not used, or has a password in the inventory. */
export function sudoHostThatMayAsk(host: Host, target: LoginTarget): SudoHost | undefined {
  const { sudo } = host.ssh
  const asks = sudo === true || (typeof sudo === 'object' && 'sameFor' in sudo)
  return asks && target.user !== 'root' ? asSudoHost(host, target) : undefined
}

/** A jump host takes the inventory's trust and key, but its user and port are its own. */
export function jumpRequest(jump: LoginTarget['jumps'][number], ssh: SshSettings): TargetRequest {
  const { user: _user, port: _port, host: _host, jump: _jump, ...shared } = ssh
  const { host, user, port } = jump
  return { names: [host], address: host, ssh: { ...shared, ...defined({ user, port }) } }
}

/** Throws a ProblemError that names what somebody else can change of the files of a login. */
export function requireOurFiles(configs: readonly string[], target: LoginTarget): void {
  const { identity, identityFiles, knownHosts } = target
  requireUnattended([...configs, ...(identity ? [identity] : []), ...identityFiles, ...knownHosts])
}

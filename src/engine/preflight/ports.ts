/** Ports that something else holds: who does, and what to do about it. */
import { portKey } from '../../check/finding/part.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell, Host } from '../../inventory/model.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { resourceId } from '../../resource/model.ts'
import type { PortHolder } from '../../shell/host/port-holder.ts'
import type { Preflight } from '../../shell/observe/preflight.ts'
import { preflightProblem } from './messages.ts'

/** A port that this run frees itself is no problem: the component that gives up a port is changed first. */
export function portProblems(
  { name: host, ssh }: Pick<Host, 'name'> & { readonly ssh: Pick<Host['ssh'], 'port'> },
  { holders }: Pick<Preflight, 'holders'>,
  plans: readonly InstancePlan[],
  cells: readonly Cell[],
): readonly Problem[] {
  return holders
    .filter(holder => !plans.some(plan => letsGo(plan, holder)))
    .map(holder => {
      const { port, protocol, unit } = holder
      const instance = plans.map(plan => plan.instance).find(({ service }) => service.unit === unit)
      const { key, ...source } = instance ? portKey(instance, cells, port) : {}
      const another = `Set another ${key ? `\`${key}:\`` : 'port'} in the inventory`
      const remedy = remedyFor(holder, host, another, ssh.port ?? 22)
      const the = { port: `${port}/${protocol}`, by: nameOf(holder), unit, remedy }
      return preflightProblem.portTaken({ host, resource: `service:${unit}`, ...source }, the)
    })
}

/** For a socket unit, systemd itself holds the port, so the unit is named instead of the process. */
function nameOf({ of, pid, program }: PortHolder): string {
  if (of?.endsWith('.socket')) return of
  return pid === 0 ? 'something that is not a process of this host' : `${program} (pid ${pid})`
}

function remedyFor(holder: PortHolder, host: string, another: string, sshPort: number): string {
  // A rollback can meet one: it keeps a HAProxy that the undone run installed.
  if (holder.of?.startsWith('promha-'))
    return `${holder.of} belongs to promha, and this run does not change it. Give one of the two another port in the inventory and run \`promha apply\`.`
  const who = holder.of ?? (holder.pid === 0 ? 'what listens there' : holder.program)
  if (reachedBy(holder, sshPort)) return `${another}. Do not stop ${who}: promha reaches ${host} through it.`
  if (isVital(holder)) return `${another}. Do not stop ${who}: ${host} needs it.`
  return `${another}, or ${freeing(holder, host)}.`
}

function freeing({ of, pid, port, program }: PortHolder, host: string): string {
  if (of?.endsWith('.socket'))
    return `run \`systemctl disable --now ${of}\` on ${host} and stop the service that it started`
  if (program === 'docker-proxy')
    return `run \`docker ps --filter publish=${port}\` on ${host} and stop that container`
  if (of) return `have ${program} listen elsewhere or stop it (\`systemctl disable --now ${of}\` on ${host})`
  if (pid === 1) return `run \`systemctl list-sockets\` on ${host} and disable the socket unit of that port`
  if (pid === 0) return `run \`ss -lntup\` on ${host} and stop what listens on port ${port}`
  return `have ${program} listen elsewhere or stop it (\`kill ${pid}\` on ${host})`
}

/** Whether promha's own connection may depend on it. An sshd at another port may be the one behind a forwarded port. */
function reachedBy({ of = '', program, protocol, port }: PortHolder, sshPort: number): boolean {
  if (protocol === 'tcp' && port === sshPort) return true
  return /^(sshd|dropbear|tinysshd)/.test(program) || /^(sshd?|dropbear|tinysshd)[@.]/.test(of)
}

/** Whether the host loses its names, its network or its services without it. */
function isVital({ of = '', pid, program }: PortHolder): boolean {
  if (pid === 1 && program !== 'systemd') return true
  return vital.test(of.replace(/\.(service|socket)$/, '')) || (of === '' && vital.test(program))
}

/** Units, and programs as the kernel names them: by 15 characters at most. */
const vital =
  /^(systemd-(resolved?|networkd?|logind|journald|udevd)|dbus(-daemon|-broker)?|NetworkManager|networking|dhclient|dhcpcd|wpa_supplicant)$/

/** Whether the plan makes the holder free the port. A reload does so if the service no longer listens there. */
function letsGo({ instance: { service }, changes }: InstancePlan, holder: PortHolder): boolean {
  if (holder.of !== service.unit) return false
  const own = changes.filter(({ resource }) => resource === resourceId(service))
  if (own.some(({ action }) => action === 'stop' || action === 'restart')) return true
  const keeps = service.ports.some(own => own.protocol === holder.protocol && own.port === holder.port)
  return !keeps && own.some(({ action }) => action === 'reload')
}

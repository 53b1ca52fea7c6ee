/** Ports that something else holds: who does, and what to do about it. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { InstancePlan } from '../plan/model.ts'
import { resourceId } from '../resource/model.ts'
import type { PortHolder } from '../shell/port-holder.ts'
import type { Preflight } from '../shell/preflight.ts'

/** A port that this run frees itself is no problem: the component that gives up a port is changed first. */
export function portProblems(
  host: string,
  { holders }: Pick<Preflight, 'holders'>,
  plans: readonly InstancePlan[],
): readonly Problem[] {
  return holders
    .filter(holder => !plans.some(plan => letsGo(plan, holder)))
    .map(holder =>
      error(`port ${holder.port}/${holder.protocol} is taken by ${nameOf(holder)}`, {
        host,
        resource: `service:${holder.unit}`,
        detail: `${holder.unit} is to listen there.`,
        remedy: remedyFor(holder, host),
      }),
    )
}

/** For a socket unit, systemd itself holds the port, so the unit is named instead of the process. */
function nameOf({ of, pid, program }: PortHolder): string {
  if (of?.endsWith('.socket')) return of
  return pid === 0 ? 'something that is not a process of this host' : `${program} (pid ${pid})`
}

function remedyFor(holder: PortHolder, host: string): string {
  const { of, pid, port, program } = holder
  const or = 'or set another `listen:` in the inventory.'
  if (isOwn(holder))
    return `${of} belongs to promha, and this run does not change it. Give one of the two another port in the inventory and run \`promha apply\`.`
  if (of?.endsWith('.socket'))
    return `Run \`systemctl disable --now ${of}\` on ${host} and stop the service that it started, ${or}`
  if (program === 'docker-proxy')
    return `Run \`docker ps --filter publish=${port}\` on ${host} and stop that container, ${or}`
  if (of) return `Stop it (\`systemctl disable --now ${of}\` on ${host}), have it listen elsewhere, ${or}`
  if (pid === 1)
    return `Run \`systemctl list-sockets\` on ${host} and disable the socket unit of that port, ${or}`
  if (pid === 0) return `Run \`ss -lntup\` on ${host} and stop what listens on port ${port}, ${or}`
  return `Stop it (\`kill ${pid}\` on ${host}), have it listen elsewhere, ${or}`
}

/** Whether promha manages the holder. A rollback can meet one: it keeps a HAProxy that the undone run installed. */
function isOwn({ of }: PortHolder): boolean {
  return of?.startsWith('promha-') === true
}

/** Whether the plan makes the holder free the port. A reload does so if the service no longer listens there. */
function letsGo({ instance: { service }, changes }: InstancePlan, holder: PortHolder): boolean {
  if (holder.of !== service.unit) return false
  const own = changes.filter(({ resource }) => resource === resourceId(service))
  if (own.some(({ action }) => action === 'stop' || action === 'restart')) return true
  const keeps = service.ports.some(
    ({ protocol, port }) => protocol === holder.protocol && port === holder.port,
  )
  return !keeps && own.some(({ action }) => action === 'reload')
}

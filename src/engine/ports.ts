/** Ports that something else holds: who does, and what to do about it. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { InstancePlan } from '../plan/model.ts'
import { resourceId } from '../resource/model.ts'
import type { PortHolder } from '../shell/port-holder.ts'
import type { Preflight } from '../shell/preflight.ts'

/** What this run itself stops or restarts lets go of its port in time: the one that gives way is changed first. */
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

/** systemd holds the port for a socket unit: it is that unit which has to go. */
function nameOf({ of, pid, program }: PortHolder): string {
  if (of?.endsWith('.socket')) return of
  return pid === 0 ? 'something that is not a process of this host' : `${program} (pid ${pid})`
}

function remedyFor(holder: PortHolder, host: string): string {
  const { of, pid, port, program } = holder
  const or = 'or set another `listen:` in the inventory.'
  if (isOwn(holder))
    return `${of} is promha's own and not changed by this run: apply an inventory that says where both listen`
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

/** As the HAProxy that came in the run which a rollback undoes: what came with a run stays. */
function isOwn({ of }: PortHolder): boolean {
  return of?.startsWith('promha-') === true
}

/** Whether the plan ends that it holds the port; a reload does so where the port is none of its own any more. */
function letsGo({ instance: { service }, changes }: InstancePlan, holder: PortHolder): boolean {
  if (holder.of !== service.unit) return false
  const own = changes.filter(({ resource }) => resource === resourceId(service))
  if (own.some(({ action }) => action === 'stop' || action === 'restart')) return true
  const keeps = service.ports.some(
    ({ protocol, port }) => protocol === holder.protocol && port === holder.port,
  )
  return !keeps && own.some(({ action }) => action === 'reload')
}

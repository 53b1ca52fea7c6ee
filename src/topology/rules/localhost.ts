/** Targets that are a different machine for each replica. */
import { jobsOf } from '../../../roles/prometheus/settings/jobs.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell, YamlMap } from '../../inventory/model.ts'
import { at } from '../../inventory/text/place.ts'
import { mapsIn } from '../../inventory/upstream/upstream-values.ts'
import { isWildcard } from '../../inventory/value/endpoint.ts'
import { isIp, isLoopback, shortAddress } from '../../inventory/value/names.ts'
import { topologyProblem } from '../messages.ts'

/** Reports loopback targets of a pair. With only one replica, they are unambiguous. */
export function checkLocalhost({ prometheus }: Cell, problems: Problem[]): void {
  if (!prometheus || prometheus.replicas.length < 2) return
  const look = (job: string, groups: readonly YamlMap[]) => {
    for (const { targets } of groups) {
      if (!Array.isArray(targets)) continue
      for (const [index, target] of targets.entries()) {
        if (typeof target === 'string' && isOwnMachine(target))
          problems.push(topologyProblem.loopbackTarget(at(targets, index), target, job))
      }
    }
  }
  for (const { job } of jobsOf(prometheus)) look(String(job.job_name), mapsIn(job.static_configs))
  for (const [job, groups] of Object.entries(prometheus.targets)) look(job, groups)
}

/** Whether a target is loopback: `localhost:8080`, `[::1]:80`, `0.0.0.0`, or a URL of such a host, as probes have it. */
export function isOwnMachine(target: string): boolean {
  const rest = target.replace(/^[a-z][\w+.-]*:\/\//i, '').replace(/^[^/@]*@/, '')
  const [, bracketed, plain] =
    /^(?:\[([^\]]*)\]|([\da-f.]*:[\da-f.]*:[\da-f:.]*|[^:/?#]*))(?=[:/?#]|$)/i.exec(rest) ?? []
  const host = bracketed ?? plain ?? ''
  return isLoopback(host) || (isIp(host) && isWildcard(shortAddress(host)))
}

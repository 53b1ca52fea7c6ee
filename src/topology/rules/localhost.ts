/** Targets that are a different machine for each replica. */
import { type Problem, warning } from '../../diagnostic/problem.ts'
import { isWildcard } from '../../inventory/endpoint.ts'
import { jobsOf } from '../../inventory/jobs.ts'
import type { Cell, YamlMap } from '../../inventory/model.ts'
import { isIp, isLoopback, shortAddress } from '../../inventory/names.ts'
import { at, quote } from '../../inventory/place.ts'
import { mapsIn } from '../../inventory/upstream-values.ts'

/** Reports loopback targets of a pair. With only one replica, they are unambiguous. */
export function checkLocalhost({ prometheus }: Cell, problems: Problem[]): void {
  if (!prometheus || prometheus.replicas.length < 2) return
  const look = (job: string, groups: readonly YamlMap[]) => {
    for (const { targets } of groups) {
      if (!Array.isArray(targets)) continue
      for (const [index, target] of targets.entries()) {
        if (typeof target === 'string' && isOwnMachine(target))
          problems.push(found(job, target, targets, index))
      }
    }
  }
  for (const { job } of jobsOf(prometheus)) look(String(job.job_name), mapsIn(job.static_configs))
  for (const [job, groups] of Object.entries(prometheus.targets)) look(job, groups)
}

function found(job: string, target: string, owner: object, index: number): Problem {
  return warning(`the target ${quote(target)} of job ${quote(job)} is a different machine for each replica`, {
    ...at(owner, index),
    detail: 'Each replica scrapes its own machine, so the two have different data under the same labels.',
    remedy: 'Write the address of the host by which both replicas reach it.',
  })
}

/** Whether a target is loopback: `localhost:8080`, `[::1]:80`, `0.0.0.0`, or a URL of such a host, as probes have it. */
export function isOwnMachine(target: string): boolean {
  const rest = target.replace(/^[a-z][\w+.-]*:\/\//i, '').replace(/^[^/@]*@/, '')
  const [, bracketed, plain] =
    /^(?:\[([^\]]*)\]|([\da-f.]*:[\da-f.]*:[\da-f:.]*|[^:/?#]*))(?=[:/?#]|$)/i.exec(rest) ?? []
  const host = bracketed ?? plain ?? ''
  return isLoopback(host) || (isIp(host) && isWildcard(shortAddress(host)))
}

/** Targets that mean another machine on each replica. */
import { type Problem, warning } from '../diagnostic/problem.ts'
import { jobsOf } from './jobs.ts'
import type { Cell, YamlMap } from './model.ts'
import { at, quote } from './place.ts'
import { mapsIn } from './upstream-values.ts'

/** Reports targets at the loopback address of a pair. With one replica only, they are what they say. */
export function checkLocalhost({ prometheus }: Cell, problems: Problem[]): void {
  if (!prometheus || prometheus.replicas.length < 2) return
  const look = (job: string, groups: readonly YamlMap[]) => {
    for (const { targets } of groups) {
      if (!Array.isArray(targets)) continue
      for (const [index, target] of targets.entries()) {
        if (typeof target === 'string' && isLoopback(target))
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

/** `localhost:8080`, `127.0.0.1`, `[::1]:80`, and URLs of the same, as jobs of probes have them. */
export function isLoopback(target: string): boolean {
  const host =
    /^(?:[a-z][\w+.-]*:\/\/)?(?:[^/@]*@)?(\[[^\]]*\]|[^:/?#]*|[\da-f:]+)(?=[:/?#]|$)/i.exec(target)?.[1] ?? ''
  return /^(?:localhost|(?:.+\.)?localhost\.?|localhost\.localdomain|ip6-localhost|ip6-loopback|127(?:\.\d+){3}|0\.0\.0\.0|\[(?:::|::1|0*(?::0*){6}:0*1|::ffff:127(?:\.\d+){3})\]|::1)$/i.test(
    host,
  )
}

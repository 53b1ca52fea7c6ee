/** Values that upstream's programs take and that can never work. */
import { jobsOf } from '../../../roles/prometheus/settings/jobs.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell, YamlMap } from '../../inventory/model.ts'
import { asWritten } from '../../inventory/text/as-written.ts'
import { at, memberPlace } from '../../inventory/text/place.ts'
import { matchersOf } from '../../inventory/upstream/routes.ts'
import { mapsIn } from '../../inventory/upstream/upstream-values.ts'
import { topologyProblem } from '../messages.ts'

const schemes = ['http', 'https']

export function checkSlips({ prometheus, alertmanager }: Cell, problems: Problem[]): void {
  if (prometheus) {
    for (const { job } of jobsOf(prometheus)) checkScheme(job, problems)
    for (const one of [...prometheus.remoteWrite, ...mapsIn(prometheus.further?.remote_read)])
      checkUrl(one, problems)
  }
  for (const route of mapsIn(alertmanager?.config?.route ? [alertmanager.config.route] : []))
    checkMatchers(route, problems)
}

/** Undefined for what a reference stands for. */
function textOf(owner: object, key: string | number): string | undefined {
  return memberPlace(owner, key)?.expanded ? undefined : asWritten(owner, key)
}

function checkScheme(job: YamlMap, problems: Problem[]): void {
  const scheme = textOf(job, 'scheme')
  if (scheme === undefined || schemes.includes(scheme.toLowerCase())) return
  problems.push(topologyProblem.unknownScheme(at(job, 'scheme'), asWritten(job, 'job_name'), scheme, schemes))
}

function checkUrl(of: YamlMap, problems: Problem[]): void {
  const url = textOf(of, 'url')
  if (url === undefined || url === '' || /^https?:\/\//i.test(url)) return
  // The rest may hold a password.
  const scheme = /^([a-z][a-z0-9+.-]{0,20}):\/\//i.exec(url)?.[1]
  problems.push(topologyProblem.badUrl(at(of, 'url'), scheme))
}

/** `a==b`: Alertmanager reads `=b` as the value. */
function checkMatchers(route: YamlMap, problems: Problem[]): void {
  const { matchers } = route
  if (Array.isArray(matchers))
    for (const [index, text] of matchers.entries()) {
      const found = typeof text === 'string' ? matchersOf(text) : undefined
      const wrong = found?.find(({ operator, value }) => operator === '=' && value.startsWith('='))
      if (!wrong) continue
      problems.push(topologyProblem.doubleEquals(at(matchers, index), wrong.value, wrong.name))
    }
  for (const child of mapsIn(route.routes)) checkMatchers(child, problems)
}

/** Values that upstream's programs take and that can never work. */
import { suggestion } from '../diagnostic/nearest.ts'
import { type Problem, warning } from '../diagnostic/problem.ts'
import { asWritten } from './as-written.ts'
import { jobsOf } from './jobs.ts'
import type { Cell, YamlMap } from './model.ts'
import { at, memberPlace, quote } from './place.ts'
import { matchersOf } from './routes.ts'
import { mapsIn } from './upstream-values.ts'

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
  const place = memberPlace(owner, key)
  return place?.expanded || place?.placeholder ? undefined : asWritten(owner, key)
}

function checkScheme(job: YamlMap, problems: Problem[]): void {
  const scheme = textOf(job, 'scheme')
  if (scheme === undefined || schemes.includes(scheme.toLowerCase())) return
  problems.push(
    warning(`the job ${quote(asWritten(job, 'job_name') ?? '')} has the unknown scheme ${quote(scheme)}`, {
      ...at(job, 'scheme'),
      detail: 'Every scrape of this job will fail.',
      ...suggestion(scheme, schemes, 'Write http or https.'),
    }),
  )
}

function checkUrl(of: YamlMap, problems: Problem[]): void {
  const url = textOf(of, 'url')
  if (url === undefined || url === '' || /^https?:\/\//i.test(url)) return
  // The rest may hold a password.
  const scheme = /^([a-z][a-z0-9+.-]{0,20}):\/\//i.exec(url)?.[1]
  problems.push(
    warning(
      `"url": expected http://… or https://…, saw ${scheme ? `the scheme ${quote(scheme)}` : 'no scheme'}`,
      { ...at(of, 'url'), detail: 'Every request will fail.', remedy: 'Write http:// or https:// first.' },
    ),
  )
}

/** `a==b`: Alertmanager reads `=b` as the value. */
function checkMatchers(route: YamlMap, problems: Problem[]): void {
  const { matchers } = route
  if (Array.isArray(matchers))
    for (const [index, text] of matchers.entries()) {
      const found = typeof text === 'string' ? matchersOf(text) : undefined
      const wrong = found?.find(({ operator, value }) => operator === '=' && value.startsWith('='))
      if (!wrong) continue
      problems.push(
        warning(`this matcher wants the value ${quote(wrong.value)} of the label ${quote(wrong.name)}`, {
          ...at(matchers, index),
          detail: 'Alertmanager compares with "=", so the second "=" is part of the value.',
          remedy: `Write ${wrong.name}="${wrong.value.replace(/^=+\s*/, '')}".`,
        }),
      )
    }
  for (const child of mapsIn(route.routes)) checkMatchers(child, problems)
}

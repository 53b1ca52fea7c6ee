/** The rule files that promha ships: its own, the standard rules of exporters, and those of long-term stores. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root.ts'
import { probeSuffix } from '../../src/topology/probe-job.ts'
import type { StoreRules } from '../storage/rules.ts'
import type { StandardRules } from './settings/schema.ts'

interface RuleFile {
  /** Relative to the config. */
  readonly name: string
  readonly content: string
}

/** In the order in which they are loaded. A target that is down has one alert: the standard one, or promha's own. */
export function promhaRules(
  standard: readonly StandardRules[] = [],
  ofStores: readonly StoreRules[] = [],
): readonly RuleFile[] {
  const ofExporters = standard.map(({ from, key, jobs, name }) => {
    const text = textOf(from)
    // The file's selectors name the job of an exporter that has its usual name: here, the jobs that the cell has.
    const usual = new RegExp(`job=~?"${key}(?=["(-])`, 'g')
    const isUsual = jobs.length === 1 && jobs[0] === key
    return { name, jobs, content: isUsual ? text : text.replaceAll(usual, `job=~"(${jobs.join('|')})`) }
  })
  const further = ofStores.map(({ name, from, jobs }) => ({ name, jobs, content: textOf(from) }))
  const files = [...ofExporters, ...further]
  const covered = files.flatMap(({ jobs, content }) =>
    jobs.map(job => (content.includes(probeSuffix) ? `|${job}(${probeSuffix})?` : `|${job}`)),
  )
  const own = textOf('prometheus/rules/promha.yml')
  const others = 'job!~"prometheus|alertmanager'
  return [
    { name: 'rules/promha.yml', content: own.replaceAll(others, `${others}${covered.join('')}`) },
    ...files.map(({ name, content }) => ({ name, content })),
  ]
}

function textOf(file: string): string {
  return readFileSync(join(packageRoot(), 'roles', file), 'utf8')
}

/** The rule files that promha ships: its own, and the standard rules of exporters. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StandardRules } from '../../src/inventory/standard-rules.ts'
import { packageRoot } from '../../src/package-root.ts'

interface RuleFile {
  /** Relative to the config. */
  readonly name: string
  readonly content: string
}

/** In the order in which they are loaded. A target that is down has one alert: the standard one, or promha's own. */
export function shippedRules(standard: readonly StandardRules[] = []): readonly RuleFile[] {
  const files = standard.map(one => ({ ...one, content: standardText(one) }))
  const covered = files.flatMap(({ jobs, content }) =>
    jobs.map(job => (content.includes('-probe.*') ? `|${job}(-probe.*)?` : `|${job}`)),
  )
  const own = textOf('prometheus/rules/promha.yml')
  const others = 'job!~"prometheus|alertmanager'
  return [
    { name: 'rules/promha.yml', content: own.replaceAll(others, `${others}${covered.join('')}`) },
    ...files.map(({ name, content }) => ({ name, content })),
  ]
}

/** The file's selectors name the job of an exporter that has its usual name: here, the jobs that the cell has. */
function standardText({ from, key, jobs }: StandardRules): string {
  const text = textOf(from)
  if (jobs.length === 1 && jobs[0] === key) return text
  return text.replaceAll(new RegExp(`job=~?"${key}(?=["(-])`, 'g'), `job=~"(${jobs.join('|')})`)
}

function textOf(file: string): string {
  return readFileSync(join(packageRoot(), 'roles', file), 'utf8')
}

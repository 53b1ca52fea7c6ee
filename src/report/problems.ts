/** Everything that went wrong, told once, at the end: first what belongs to no host, then host by host. */
import { describe } from '../diagnostic/describe.ts'
import type { Problem } from '../diagnostic/problem.ts'
import type { HostOutcome } from './outcome.ts'
import type { Style } from './style.ts'
import { indent } from './words.ts'

/** Blocks with an empty line between them; empty where there is nothing to tell. */
export function problemsText(
  problems: readonly Problem[],
  hosts: readonly HostOutcome[],
  style: Style,
): string {
  const ofRun = problems.map(problem => described(problem, style))
  const ofHosts = hosts
    .filter(host => host.problems.length > 0)
    .map(host => {
      const status = host.status === 'rolled-back' ? 'rolled back' : host.status
      const texts = host.problems.map(({ host: _, ...problem }) => indent(described(problem, style), 2))
      return [style.bold(`${host.host}: ${status}`), ...texts].join('\n')
    })
  return [...ofRun, ...ofHosts].join('\n\n')
}

function described(problem: Problem, style: Style): string {
  const paint = problem.severity === 'error' ? style.red : style.yellow
  return describe(problem).replace(/^\w+:/, word => paint(word))
}

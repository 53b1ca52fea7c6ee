/** The warnings about checks that were not made, because a program is not trusted here or could not be fetched. */
import { basename } from 'node:path'
import { NoServerError } from '../../artifact/http/problem.ts'
import type { UnfetchedError } from '../../artifact/model.ts'
import { grouped } from '../../diagnostic/grouped.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Inventory } from '../../inventory/model.ts'
import { checkProblem } from '../messages.ts'
import { describeSource, type LocalCheck, type LocalFile } from './local-program.ts'

/** Checks that were not made because the release of their programs did not come. */
export interface UnfetchedRelease {
  /** All of one component; at least one. */
  readonly checks: readonly LocalCheck[]
  readonly failure: UnfetchedError
}

/** One warning for all releases that need the same done about them, with every check that was not made. */
export function unfetchedWarnings(
  releases: readonly UnfetchedRelease[],
  { artifacts }: Pick<Inventory, 'artifacts'>,
): readonly Problem[] {
  const alike = grouped(releases, release => remediesFor(release, artifacts))
  return [...alike].map(([remedies, those]) => {
    const checks = those.flatMap(one => one.checks)
    const programs = inWords(unique(checks.map(({ check }) => basename(check.program))))
    const configs = unique(checks.map(({ instance }) => `${instance.component} in cell ${instance.cell}`))
    const components = inWords(unique(checks.map(({ component }) => component)))
    const reasons = unique(
      those.flatMap(({ failure }) => failure.problems.slice(0, 1)).map(one => one.summary),
    )
    return checkProblem.unfetched({}, { programs, components, configs, reasons, remedies })
  })
}

function remediesFor({ checks, failure }: UnfetchedRelease, artifacts: Inventory['artifacts']): string {
  const source = describeSource(artifacts, checks[0]?.component ?? '')
  const reach = `Make sure that this machine reaches ${source}: \`promha apply\` needs it too for what the cache lacks.`
  const own = failure.problems[0]?.remedy
  return [...(failure instanceof NoServerError ? [reach] : []), ...(own ? [own] : [])].join(' ')
}

/** A check that was not made because its program may not run here. */
export interface UntrustedProgram extends LocalCheck, LocalFile {
  /** What kept promha from fetching it itself. */
  readonly why: Problem | undefined
}

/** Names each program once, with its source and hash, and what it would have judged. At least one is given. */
export function untrustedWarning(
  programs: readonly UntrustedProgram[],
  { file: inventory, artifacts }: Pick<Inventory, 'file' | 'artifacts'>,
): Problem {
  const names = unique(programs.map(({ file }) => basename(file.path)))
  const configs = unique(programs.map(({ component }) => component))
  const lines = unique(programs.map(({ file }) => file.path)).flatMap(path => {
    const those = programs.filter(({ file }) => file.path === path)
    return those.slice(0, 1).flatMap(({ release, file, why }) => {
      const judged = unique(those.map(({ instance }) => `${instance.component} in cell ${instance.cell}`))
      return [
        `${basename(path)} ${release.version} from ${describeSource(artifacts, release.component)}, sha256 ${file.sha256}`,
        `  not checked: ${judged.join(', ')}`,
        ...(why ? [`  promha did not fetch it itself: ${why.summary}`] : []),
      ]
    })
  })
  const facts = { inWords: inWords(names), names, configs, inWords2: inWords(configs), lines, inventory }
  return checkProblem.untrusted({}, facts)
}

/** Each once, in an order that does not depend on which check came first. */
export function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort()
}

/** `a, b and c` */
export function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

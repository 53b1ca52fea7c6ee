/** The one warning about a release that could not be fetched for this machine. */
import { basename } from 'node:path'
import { UnreachableError } from '../artifact/http-problem.ts'
import type { UnfetchedError } from '../artifact/model.ts'
import { type Problem, warning } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import { describeSource, type LocalCheck } from './local-program.ts'
import { list, unique } from './untrusted.ts'

/** Checks that were not made because the release of their programs did not come. */
export interface UnfetchedRelease {
  /** All of one component; at least one. */
  readonly checks: readonly LocalCheck[]
  readonly failure: UnfetchedError
}

/** Tells the cause once, with every check that was not made. */
export function unfetchedWarning(
  { checks, failure }: UnfetchedRelease,
  { artifacts }: Pick<Inventory, 'artifacts'>,
): Problem {
  const programs = unique(checks.map(({ check }) => basename(check.program)))
  const configs = unique(checks.map(({ instance }) => `${instance.component} in cell ${instance.cell}`))
  const components = list(unique(checks.map(({ component }) => component)))
  const why = failure.problems[0]
  const remedies = [
    ...(failure instanceof UnreachableError
      ? [
          `Make sure that this machine reaches ${describeSource(artifacts, checks[0]?.component ?? '')}: \`promha apply\` needs it too for what the cache lacks.`,
        ]
      : []),
    ...(why?.remedy ? [why.remedy] : []),
  ]
  return warning(
    `${list(programs)} could not be fetched, so the config of ${components} was not checked here`,
    {
      detail: [...(why ? [why.summary] : []), `Not checked: ${configs.join(', ')}`].join('\n'),
      remedy: remedies.join(' ') || '`promha apply` checks it on the host before it is used.',
    },
  )
}

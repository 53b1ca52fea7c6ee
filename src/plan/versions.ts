/** Which program of an instance comes in another version, where that may not be undone. Pure. */
import { knownDefinition } from '../../roles/index.ts'
import type { Problem } from '../diagnostic/problem.ts'
import { releasedIn, resourceId } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import type { InstancePlan } from './model.ts'

/** What bears the component's version, if it is about to be put in place and not every step is allowed. */
export function versionedProgram({ instance, renewed }: InstancePlan) {
  const { release, versionProblems: judge } = knownDefinition(instance.component) ?? {}
  const path = release?.upstream.members[0]?.path
  if (!judge) return undefined
  return releasedIn(instance.resources).find(
    program => program.path === path && renewed.has(resourceId(program)),
  )
}

/** Why the step is refused before anything is touched. `said`: what the installed program says; else the record does. */
export function versionProblems(
  plan: InstancePlan,
  observed: Observed,
  said: ReadonlyMap<string, string>,
): readonly Problem[] {
  const program = versionedProgram(plan)
  if (!program) return []
  const { component, host } = plan.instance
  const found = said.get(program.path) ?? observed.records.get(component)?.version
  return knownDefinition(component)?.versionProblems?.({ host, found, wanted: program.version }) ?? []
}

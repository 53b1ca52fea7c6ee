/** Which program of an instance comes in another version, where that may not be undone. Pure. */
import type { VersionStep as Step } from '../../roles/component.ts'
import { knownDefinition } from '../../roles/index.ts'
import type { Problem } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import { type ProgramResource, resourceId } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import type { InstancePlan } from './model.ts'

interface VersionStep extends Step {
  readonly component: Component
}

/** The program that bears the component's version, if it is about to be put in place and not every step is allowed. */
export function versionedProgram({ instance, renewed }: InstancePlan): ProgramResource | undefined {
  if (!knownDefinition(instance.component)?.versionProblems) return undefined
  return instance.resources.find(
    (resource): resource is ProgramResource =>
      resource.kind === 'program' &&
      resource.path.endsWith(`/${instance.component}`) &&
      renewed.has(resourceId(resource)),
  )
}

/** What a plan would do to versions. `said`: what the installed program says; else the stamp does. */
export function versionStep(
  plan: InstancePlan,
  observed: Observed,
  said: ReadonlyMap<string, string>,
): VersionStep | undefined {
  const program = versionedProgram(plan)
  if (!program) return undefined
  const { component, host } = plan.instance
  const found = said.get(program.path) ?? observed.stamps.get(component)?.version
  return { component, host, found, wanted: program.version }
}

/** Why the step is refused before anything is touched. */
export function versionProblems({ component, ...step }: VersionStep): readonly Problem[] {
  return knownDefinition(component)?.versionProblems?.(step) ?? []
}

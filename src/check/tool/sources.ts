/** Whether the sources have the releases that no check on this machine has asked for. Nothing of them is run here. */
import { AbsentError, type Artifacts, localArch, UnfetchedError } from '../../artifact/model.ts'
import { usedComponents } from '../../artifact/versions.ts'
import { type Problem, ProblemError } from '../../diagnostic/problem.ts'
import type { Component, Inventory } from '../../inventory/model.ts'
import type { Instance } from '../../resource/model.ts'
import type { LocalFindings } from '../judge.ts'
import { missingRelease } from '../local-check.ts'
import { checkProblem } from '../messages.ts'
import { localChecks } from './local-program.ts'

/** A release that its source lacks is a problem; one that cannot be asked for is unchecked, and told once for all. */
export async function checkAvailability(
  instances: readonly Instance[],
  artifacts: Artifacts,
  inventory: Inventory,
): Promise<LocalFindings> {
  const asked = new Set(localChecks(instances).map(({ component }) => component))
  const problems: Problem[] = []
  const silent: { readonly component: Component; readonly why: readonly Problem[] }[] = []
  await Promise.all(
    usedComponents(inventory)
      .filter(component => !asked.has(component))
      .map(async component => {
        const failure = await artifacts.available(component, localArch() ?? 'amd64').catch(cause => cause)
        if (failure === undefined) return
        if (!(failure instanceof ProblemError)) throw failure
        if (failure instanceof UnfetchedError && !(failure instanceof AbsentError))
          silent.push({ component, why: failure.problems })
        else problems.push(...failure.problems.map(problem => missingRelease(problem, component, inventory)))
      }),
  )
  const why = silent.flatMap(one => one.why)
  const reasons = [...new Set(why.map(({ summary }) => summary))]
  const names = silent.map(({ component }) => component).sort()
  const unchecked = [checkProblem.sourceSilent({}, reasons, names, why[0]?.remedy)]
  return { problems, unchecked: silent.length === 0 ? [] : unchecked }
}

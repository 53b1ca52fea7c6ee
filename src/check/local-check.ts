/** Checks new configs with upstream's own tools on this machine, where they may run here, before any host is touched. */
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { AbsentError, type Artifacts, UnfetchedError, UntrustedError } from '../artifact/model.ts'
import { distinct, inOrder } from '../diagnostic/order.ts'
import { type Problem, ProblemError } from '../diagnostic/problem.ts'
import { originOf } from '../inventory/artifact/origin.ts'
import type { Component, Inventory } from '../inventory/model.ts'
import { at } from '../inventory/text/place.ts'
import { createLimit } from '../limit.ts'
import type { Instance } from '../resource/model.ts'
import { isPromtool, judge, type LocalFindings, uncheckedHere } from './judge.ts'
import { checkProblem } from './messages.ts'
import { allToolsMinutes } from './tool/bounds.ts'
import { type LocalCheck, type LocalFile, localChecks, localFile } from './tool/local-program.ts'
import type { UnfetchedRelease, UntrustedProgram } from './tool/not-run.ts'
import { unfetchedWarnings, untrustedWarning } from './tool/not-run.ts'
import { createTools, type Tools } from './tool/run.ts'

/** Judges each different bundle. */
export async function checkLocally(
  instances: readonly Instance[],
  artifacts: Artifacts,
  inventory: Inventory,
  { ruleTests = false, tools = createTools() }: { readonly ruleTests?: boolean; readonly tools?: Tools } = {},
): Promise<LocalFindings> {
  const problems: Problem[] = []
  const unchecked: Problem[] = []
  const untrusted: UntrustedProgram[] = []
  const judging: Promise<LocalFindings>[] = []
  const late: LocalCheck[] = []
  // The directory of each bundle is there only while it is judged.
  const atOnce = createLimit(2 * availableParallelism())
  // A source that does not answer is asked once for all programs of a component.
  const unfetched = new Map<string, UnfetchedRelease>()
  // The rules take by far the most time, so promtool is not kept waiting for the others.
  const checks = [...localChecks(instances)].sort(
    (one, other) => Number(isPromtool(other.check)) - Number(isPromtool(one.check)),
  )
  for (const one of checks) {
    const missing = unfetched.get(one.component)
    if (missing !== undefined) {
      unfetched.set(one.component, { ...missing, checks: [...missing.checks, one] })
      continue
    }
    let found: LocalFile | undefined
    let program: string | undefined
    try {
      found = await localFile(one, artifacts)
      program = found && (await artifacts.local(found.release, found.file))
    } catch (failure) {
      if (failure instanceof AbsentError) {
        problems.push(...failure.problems.map(problem => missingRelease(problem, one.component, inventory)))
      } else if (failure instanceof UntrustedError && found)
        untrusted.push({ ...one, ...found, why: failure.why })
      else if (failure instanceof UnfetchedError) {
        unfetched.set(one.component, { checks: [one], failure })
      } else if (failure instanceof ProblemError) problems.push(...failure.problems)
      else throw failure
      continue
    }
    if (!program) {
      unchecked.push(uncheckedHere(one, `it does not run on ${process.platform} ${process.arch}`))
      continue
    }
    const run = tools.at(program)
    const judged = atOnce(async () => {
      const found = await judge(one, run, inventory, ruleTests)
      if (!tools.late()) return found
      late.push(one)
      return { ...found, unchecked: [] }
    })
    // A failure is thrown below; until then it is not forgotten.
    judged.catch(() => {})
    judging.push(judged)
  }
  for (const judged of await Promise.all(judging)) {
    problems.push(...judged.problems)
    unchecked.push(...judged.unchecked)
  }
  // One warning for all of them: what makes them late is most often one of them.
  const unfinished = late.map(({ instance, check }) => `${basename(check.program)} in cell ${instance.cell}`)
  const all = [
    ...(untrusted.length > 0 ? [untrustedWarning(untrusted, inventory)] : []),
    ...unfetchedWarnings([...unfetched.values()], inventory),
    ...unchecked,
    ...(late.length > 0 ? [checkProblem.checksUnfinished({}, allToolsMinutes, unfinished, ruleTests)] : []),
  ]
  // Two programs of one release are refused in the same words.
  return { problems: inOrder(distinct(problems), inventory.file), unchecked: all }
}

/** At the version that was asked for, or else at the source that does not have it. */
export function missingRelease(
  problem: Problem,
  component: Component,
  { versions, artifacts }: Pick<Inventory, 'versions' | 'artifacts'>,
): Problem {
  if (problem.source) return problem
  if (versions[component] !== undefined) return { ...problem, ...at(versions, component) }
  const { place } = originOf(artifacts, component)
  return place ? { ...problem, source: place } : problem
}

/** Checks new configs with upstream's own tools on this machine, where they may run here, before any host is touched. */
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { AbsentError, type Artifacts, UnfetchedError, UntrustedError } from '../artifact/model.ts'
import { few } from '../diagnostic/few.ts'
import { inOrder } from '../diagnostic/order.ts'
import { type Problem, ProblemError, warning } from '../diagnostic/problem.ts'
import { originOf } from '../inventory/artifact-origin.ts'
import type { Inventory } from '../inventory/model.ts'
import { at } from '../inventory/place.ts'
import { createLimit } from '../limit.ts'
import type { Instance } from '../resource/model.ts'
import { isPromtool, judge, type LocalFindings, notChecked } from './judge.ts'
import { type LocalCheck, type LocalFile, localChecks, localFile } from './local-program.ts'
import { createTools, type Tools } from './tool.ts'
import { allToolsMinutes } from './tool-bounds.ts'
import { type UnfetchedRelease, unfetchedWarning } from './unfetched.ts'
import { type UntrustedProgram, untrustedWarning } from './untrusted.ts'

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
  for (const one of longestFirst(localChecks(instances))) {
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
        problems.push(...failure.problems.map(problem => absent(problem, one, inventory)))
      } else if (failure instanceof UntrustedError && found)
        untrusted.push({ ...one, ...found, why: failure.why })
      else if (failure instanceof UnfetchedError) {
        unfetched.set(one.component, { checks: [one], failure })
      } else if (failure instanceof ProblemError) problems.push(...failure.problems)
      else throw failure
      continue
    }
    if (!program) {
      unchecked.push(notChecked(one, `it does not run on ${process.platform} ${process.arch}`))
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
  const all = [
    ...(untrusted.length > 0 ? [untrustedWarning(untrusted, inventory)] : []),
    ...[...unfetched.values()].map(one => unfetchedWarning(one, inventory)),
    ...unchecked,
    ...(late.length > 0 ? [lateWarning(late, ruleTests)] : []),
  ]
  return { problems: inOrder(distinct(problems), inventory.file), unchecked: all }
}

/** One for all of them: what makes them late is most often one of them. */
function lateWarning(late: readonly LocalCheck[], ruleTests: boolean): Problem {
  const whole = late.map(({ instance, check }) => `${basename(check.program)} in cell ${instance.cell}`)
  return warning(`not all checks could be made on this machine within ${allToolsMinutes}m`, {
    detail: `Not finished: ${few([...new Set(whole)].sort())}.`,
    remedy: `\`promha apply\` checks the rest on the host before it is used.${ruleTests ? ' Run `promtool test rules` on the rule tests yourself.' : ''}`,
  })
}

/** At the version that was asked for, or else at the source that does not have it. */
function absent(problem: Problem, { component }: LocalCheck, { versions, artifacts }: Inventory): Problem {
  if (problem.source) return problem
  if (versions[component] !== undefined) return { ...problem, ...at(versions, component) }
  const { place } = originOf(artifacts, component)
  return place ? { ...problem, source: place } : problem
}

/** Two programs of one release are refused in the same words. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()]
}

/** The rules take by far the most time, so promtool is not kept waiting for the others. */
function longestFirst(checks: readonly LocalCheck[]): readonly LocalCheck[] {
  return [
    ...checks.filter(({ check }) => isPromtool(check)),
    ...checks.filter(({ check }) => !isPromtool(check)),
  ]
}

/** Checks new configs with upstream's own tools on this machine, where they may run here, before any host is touched. */
import { mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Artifacts, UnfetchedError, UntrustedError } from '../artifact/model.ts'
import { type Problem, ProblemError, warning } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import { isOfPlaceholder } from '../inventory/secrets.ts'
import type { BundleCheck, Instance } from '../resource/model.ts'
import { makePrivateDirectory } from '../trust/private-directory.ts'
import { writeNew } from '../trust/replace-file.ts'
import { judgedBundle } from './judged.ts'
import { type LocalCheck, type LocalFile, localChecks, localFile } from './local-program.ts'
import { toolProblems, withheldDetail } from './refusal.ts'
import { checkSelectors } from './selector-check.ts'
import { toolAt } from './tool.ts'
import { partsAsked } from './tool-ask.ts'
import { type UnfetchedRelease, unfetchedWarning } from './unfetched.ts'
import { type UntrustedProgram, untrustedWarning } from './untrusted.ts'

export interface LocalFindings {
  /** What a tool refuses, in its own words, and programs that are not what their source or the lock file says. */
  readonly problems: readonly Problem[]
  /**
   * A warning for each check that could not be made here; one for all programs that are not trusted, and one for each
   * release that could not be fetched.
   */
  readonly unchecked: readonly Problem[]
}

/** Judges each different bundle. */
export async function checkLocally(
  instances: readonly Instance[],
  artifacts: Artifacts,
  inventory: Inventory,
): Promise<LocalFindings> {
  const problems: Problem[] = []
  const unchecked: Problem[] = []
  const untrusted: UntrustedProgram[] = []
  // A source that does not answer is asked once for all programs of a component.
  const unfetched = new Map<string, UnfetchedRelease>()
  for (const one of localChecks(instances)) {
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
      if (failure instanceof UntrustedError && found) untrusted.push({ ...one, ...found, why: failure.why })
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
    const judged = await judge(one, program, inventory)
    problems.push(...judged.problems)
    unchecked.push(...judged.unchecked)
  }
  const all = [
    ...(untrusted.length > 0 ? [untrustedWarning(untrusted, inventory)] : []),
    ...[...unfetched.values()].map(one => unfetchedWarning(one, inventory)),
    ...unchecked,
  ]
  return { problems: distinct(problems), unchecked: all }
}

async function judge(one: LocalCheck, path: string, inventory: Inventory): Promise<LocalFindings> {
  const { instance, check } = one
  const run = toolAt(path)
  const directory = makePrivateDirectory('promha-check-')
  try {
    const judged = judgedBundle(instance, check, inventory)
    const { cell, files } = judged
    for (const file of files) {
      const place = join(directory, file.name)
      await mkdir(dirname(place), { recursive: true })
      await writeNew(place, file.content)
    }
    const problems: Problem[] = []
    const commands = localCommands(
      check,
      files.map(file => file.name),
    )
    const selectors = cell && isPromtool(check) ? checkSelectors(cell, run) : []
    const results = await Promise.all(commands.map(args => run(args, directory)))
    for (const result of results) {
      if (result.exitCode === 0) continue
      if (result.exitCode === undefined) {
        const why = result.shortMessage ?? 'it could not be started'
        return { problems: [], unchecked: [notChecked(one, why)] }
      }
      const message = result.all.replaceAll(`${directory}/`, '')
      const ask = partsAsked(run, check, directory)
      problems.push(
        ...(await toolProblems(
          { ...judged, ask },
          message,
          `${instance.component} in cell ${instance.cell}`,
        )),
      )
    }
    problems.push(...(await selectors))
    return {
      problems: inventory.placeholders ? problems.map(softened) : problems,
      unchecked: [],
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** A tool that refuses a placeholder may accept the value that will replace it. */
function softened(problem: Problem): Problem {
  const said = `${problem.detail ?? ''} ${problem.source?.text ?? ''}`
  return isOfPlaceholder(said) || problem.detail === withheldDetail
    ? { ...problem, severity: 'warning' }
    : problem
}

function isPromtool({ program }: BundleCheck): boolean {
  return program.endsWith('/promtool')
}

/** Files of other machines (credentials, CAs) cannot be seen here, so only syntax and rules are judged. */
function localCommands(check: BundleCheck, files: readonly string[]): readonly (readonly string[])[] {
  if (!isPromtool(check)) return [check.args]
  const [command = '', subject = '', ...rest] = check.args
  const rules = files.filter(file => file.startsWith('rules/'))
  return [
    [command, subject, '--syntax-only', ...rest],
    ...(rules.length > 0 ? [['check', 'rules', ...rules]] : []),
  ]
}

function notChecked({ instance, check }: LocalCheck, why: string): Problem {
  return warning(
    `the config of ${instance.component} in cell ${instance.cell} was not checked by ${basename(check.program)} here: ${why}`,
    { remedy: '`promha apply` checks it on the host before it is used' },
  )
}

/** Two programs of one release are refused in the same words. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()]
}

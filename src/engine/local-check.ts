/** Checks new configs with upstream's own tools on this machine, where they may run here, before any host is touched. */
import { mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AbsentError, type Artifacts, UnfetchedError, UntrustedError } from '../artifact/model.ts'
import { type Problem, ProblemError, warning } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import { at } from '../inventory/place.ts'
import { isOfPlaceholder } from '../inventory/secrets.ts'
import { bundleFiles } from '../plan/bundle.ts'
import { isStored } from '../resource/hash.ts'
import type { BundleCheck, FlagQuestion, Instance } from '../resource/model.ts'
import { makePrivateDirectory } from '../trust/private-directory.ts'
import { writeNew } from '../trust/replace-file.ts'
import { checkFileSd } from './file-sd.ts'
import { judgeFlags } from './flag-values.ts'
import { type LocalCheck, type LocalFile, localChecks, localFile } from './local-program.ts'
import { toolProblem, withheldDetail } from './refusal.ts'
import { runRuleTests } from './rule-tests.ts'
import { checkSelectors } from './selector-check.ts'
import { type RunTool, toolAt } from './tool.ts'
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
  { ruleTests = false }: { readonly ruleTests?: boolean } = {},
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
    const judged = await judge(one, program, inventory)
    problems.push(...judged.problems)
    unchecked.push(...judged.unchecked)
    if (ruleTests && isPromtool(one.check)) {
      const tests =
        inventory.cells.find(({ name }) => name === one.instance.cell)?.prometheus?.ruleTests ?? []
      const tested = await runRuleTests(tests, toolAt(program), inventory)
      problems.push(...tested.problems)
      if (tested.unknown !== undefined) unchecked.push(notTested(one, tested.unknown))
    }
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
    const files = bundleFiles(instance, check).flatMap(({ name, content }) =>
      // What lies on the host only was judged when it was new.
      isStored(content) ? [] : [{ name, content, ...userPath(name, instance, inventory) }],
    )
    for (const file of files) {
      const place = join(directory, file.name)
      await mkdir(dirname(place), { recursive: true })
      await writeNew(place, file.content)
    }
    if (check.flags) return await judgeLine(one, check.flags, run, directory, inventory)
    const problems: Problem[] = []
    for (const args of localCommands(
      check,
      files.map(file => file.name),
    )) {
      const result = await run(args, directory)
      if (result.exitCode === 0) continue
      if (result.exitCode === undefined) {
        const why = result.shortMessage ?? 'it could not be started'
        return { problems: [], unchecked: [notChecked(one, why)] }
      }
      const message = result.all.replaceAll(`${directory}/`, '')
      const found = toolProblem(
        check,
        instance.component,
        instance.cell,
        message,
        files,
        check.args.at(-1) ?? '',
      )
      problems.push(found)
    }
    const cell = inventory.cells.find(({ name }) => name === instance.cell)
    if (cell && isPromtool(check)) {
      problems.push(...(await checkSelectors(cell, run)))
      if (cell.prometheus) problems.push(...(await checkFileSd(cell.prometheus, run)))
    }
    return {
      problems: inventory.placeholders ? problems.map(softened) : problems,
      unchecked: [],
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** At the version that was asked for, or else at the source that does not have it. */
function absent(problem: Problem, { component }: LocalCheck, { versions, artifacts }: Inventory): Problem {
  if (problem.source) return problem
  if (versions[component] !== undefined) return { ...problem, ...at(versions, component) }
  return artifacts.place ? { ...problem, source: artifacts.place } : problem
}

async function judgeLine(
  one: LocalCheck,
  flags: FlagQuestion,
  run: RunTool,
  directory: string,
  { placeholders }: Inventory,
): Promise<LocalFindings> {
  const of = `of cell ${one.instance.cell}`
  const { problems, unknown } = await judgeFlags({ ...one.check, flags }, run, directory, of)
  return {
    problems: placeholders ? problems.map(softened) : problems,
    unchecked: unknown === undefined ? [] : [notChecked(one, unknown)],
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

function notTested({ instance }: LocalCheck, why: string): Problem {
  return warning(`the rule tests of cell ${instance.cell} were not run to their end: ${why}`, {
    remedy: 'Run `promtool test rules` on them yourself, or split them into smaller ones.',
  })
}

/** Two programs of one release are refused in the same words. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()]
}

function userPath(name: string, instance: Instance, inventory: Inventory): { readonly path?: string } {
  const cell = inventory.cells.find(candidate => candidate.name === instance.cell)
  const { rules = [], files = [] } = cell?.prometheus ?? {}
  const shipped = [...rules, ...files, ...(cell?.alertmanager?.templates ?? [])]
  const path = shipped.find(file => file.name === name)?.path
  return path === undefined ? {} : { path }
}

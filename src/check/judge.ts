/** Has one of upstream's tools judge one bundle on this machine. */
import { mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { JobFile } from '../../roles/prometheus/settings/schema.ts'
import type { Problem } from '../diagnostic/problem.ts'
import type { Cell, Inventory } from '../inventory/model.ts'
import { isOfPlaceholder } from '../inventory/secret/secrets.ts'
import type { BundleCheck } from '../resource/model.ts'
import { writeBriefly } from '../trust/replace-file.ts'
import { partsAsked } from './finding/ask.ts'
import { asSeenHere } from './here.ts'
import { judgedBundle } from './judged.ts'
import { checkProblem } from './messages.ts'
import { type BundleFile, toolProblems, withheldDetail } from './refusal.ts'
import { checkFileSd } from './subject/file-sd.ts'
import { judgeFlags } from './subject/flag-values.ts'
import { dependsOnGlobal, judgeJobFiles } from './subject/job-files.ts'
import { runRuleTests } from './subject/rule-tests.ts'
import { checkSelectors } from './subject/selectors.ts'
import { refusedTemplates } from './subject/templates.ts'
import type { LocalCheck } from './tool/local-program.ts'
import { inCheckDirectory, type RunTool, refuses, whyNot } from './tool/run.ts'

export interface LocalFindings {
  /** What a tool refuses, in its own words, and programs that are not what their source or the lock file says. */
  readonly problems: readonly Problem[]
  /** Warnings: checks that were not made, programs that are not trusted, releases that could not be fetched. */
  readonly unchecked: readonly Problem[]
}

/** What the tool says of one bundle. */
export async function judge(
  one: LocalCheck,
  tool: RunTool,
  inventory: Inventory,
  ruleTests: boolean,
): Promise<LocalFindings> {
  const { instance, check } = one
  const run = accepting(tool, check)
  return inCheckDirectory(async directory => {
    const bundle = judgedBundle(instance, check, inventory)
    const files = asSeenHere(bundle.files, check)
    const judged = { ...bundle, files }
    const { cell } = bundle
    // What judges a command line reads nothing else.
    const read = check.flags ? files.filter(({ name }) => check.seen?.some(one => one.name === name)) : files
    await stage(read, directory)
    if (check.flags) {
      const named = { ...check, flags: check.flags }
      const found = await judgeFlags(named, run, directory, `of cell ${instance.cell}`)
      return {
        problems: inventory.placeholders ? found.problems.map(one => softened(one)) : found.problems,
        unchecked: found.unknown === undefined ? [] : [uncheckedHere(one, found.unknown)],
      }
    }
    const problems: Problem[] = []
    let unknown: string | undefined
    const noted: RunTool = async (...words) => {
      const result = await run(...words)
      if (result.exitCode === undefined) unknown ??= whyNot(result)
      return result
    }
    const ask = partsAsked(run, check, directory)
    const of = `${instance.component} in cell ${instance.cell}`
    const take = (found: readonly Problem[], message?: string) =>
      problems.push(
        ...(inventory.placeholders ? found.map(one => softened(one, message)) : found).map(leftToHost),
      )
    const jobFiles = isPromtool(check) ? (cell?.prometheus?.jobFiles ?? []) : []
    const names = files.map(({ name }) => name)
    const commands = localCommands(check, names, jobFiles)
    const own = isPromtool(check) ? cell : undefined
    const [results, selectors, targets, tests] = await Promise.all([
      Promise.all(commands.map(args => noted(args, directory))),
      own ? checkSelectors(own, noted) : [],
      own?.prometheus ? checkFileSd(own.prometheus, noted) : [],
      own && ruleTests ? tested(one, own, run, inventory) : undefined,
    ])
    const alone = (index: number) => index > 0 && index <= jobFiles.length
    const isLeft = (index: number) => alone(index) && dependsOnGlobal(results[index]?.all ?? '')
    for (const [index, result] of results.entries()) {
      if (!refuses(result) || isLeft(index)) continue
      const messages = [result.all]
      if (isOfPlaceholder(result.all) && check.program.endsWith('/amtool')) {
        messages.push(...((await refusedTemplates(names, run, directory)) ?? []))
      }
      for (const all of messages) {
        const message = all.replaceAll(`${directory}/`, '')
        take(await toolProblems({ ...judged, ask }, message, of), message)
      }
    }
    const fine = jobFiles.filter((_, index) => results[index + 1]?.exitCode === 0 || isLeft(index + 1))
    if (results[0]?.exitCode === 0)
      take(await judgeJobFiles(fine, { judged: { ...judged, ask }, directory, of }, noted))
    take([...selectors, ...targets, ...(tests?.problems ?? [])])
    // Whatever keeps the tool from judging the config keeps it from the tests too.
    const unchecked = unknown === undefined ? (tests?.unchecked ?? []) : [uncheckedHere(one, unknown)]
    return { problems, unchecked }
  })
}

/** As a tool that exits with 0 if it takes the config. */
function accepting(run: RunTool, { accepted }: BundleCheck): RunTool {
  if (accepted === undefined) return run
  return async (...words) => {
    const result = await run(...words)
    return refuses(result) && result.all.includes(accepted) ? { ...result, exitCode: 0 } : result
  }
}

async function tested(one: LocalCheck, cell: Cell, run: RunTool, inventory: Inventory) {
  const tests = cell.prometheus?.ruleTests ?? []
  const { problems, unknown } = await runRuleTests(tests, run, inventory, featureFlagsIn(one.check.args))
  return {
    problems,
    unchecked: unknown === undefined ? [] : [checkProblem.ruleTestsNotRun({}, one.instance.cell, unknown)],
  }
}

async function stage(files: readonly BundleFile[], directory: string): Promise<void> {
  const places = files.map(file => ({ place: join(directory, file.name), content: file.content }))
  for (const folder of new Set(places.map(({ place }) => dirname(place))))
    await mkdir(folder, { recursive: true })
  await Promise.all(places.map(({ place, content }) => writeBriefly(place, content)))
}

/** A host on EC2 knows its region itself. */
function leftToHost(problem: Problem): Problem {
  return /SD configuration requires a region$/.test(problem.detail ?? '')
    ? { ...problem, severity: 'warning', remedy: 'Write "region:", unless the hosts run on EC2 and know it.' }
    : problem
}

/** A tool that refuses a placeholder may accept the value that will replace it. */
function softened(problem: Problem, message = ''): Problem {
  const shown = `${problem.detail ?? ''} ${problem.source?.text ?? ''}`
  const said = problem.detail === withheldDetail ? message : shown
  return isOfPlaceholder(said) ? { ...problem, severity: 'warning' } : problem
}

export function isPromtool({ program }: BundleCheck): boolean {
  return program.endsWith('/promtool')
}

/** promtool needs the feature flags of the Prometheus whose config it checks. */
function featureFlagsIn(args: readonly string[]): readonly string[] {
  return args.filter(arg => arg.startsWith('--enable-feature='))
}

const isFlag = (arg: string) => arg.startsWith('-')

/** Files of other machines are not seen here, so only syntax and rules are judged. `jobs`: `scrape_config_files`. */
function localCommands(check: BundleCheck, files: readonly string[], jobs: readonly JobFile[]) {
  if (!isPromtool(check)) return [check.args]
  const [command = '', subject = '', ...rest] = check.args
  const rules = files.filter(file => file.startsWith('rules/'))
  return [
    [command, subject, '--syntax-only', ...rest],
    ...jobs.map(({ name }) => [command, subject, '--syntax-only', ...rest.filter(isFlag), name]),
    ...(rules.length > 0 ? [['check', 'rules', ...featureFlagsIn(rest), ...rules]] : []),
  ]
}

export function uncheckedHere({ instance, check }: LocalCheck, why: string): Problem {
  const of = `of ${instance.component} in cell ${instance.cell}`
  const by = `checked by ${basename(check.program)} here: ${why}`
  return check.flags ? checkProblem.flagsUnchecked({}, of, by) : checkProblem.configUnchecked({}, of, by)
}

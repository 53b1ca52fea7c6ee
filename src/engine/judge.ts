/** Has one of upstream's tools judge one bundle on this machine. */
import { mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Problem, warning } from '../diagnostic/problem.ts'
import type { Cell, Inventory } from '../inventory/model.ts'
import { isOfPlaceholder } from '../inventory/secrets.ts'
import type { BundleCheck, FlagQuestion } from '../resource/model.ts'
import { makePrivateDirectory } from '../trust/private-directory.ts'
import { writeBriefly } from '../trust/replace-file.ts'
import { checkFileSd } from './file-sd.ts'
import { judgeFlags } from './flag-values.ts'
import { asSeenHere } from './here.ts'
import { dependsOnGlobal, judgeJobFiles } from './job-files.ts'
import { judgedBundle } from './judged.ts'
import type { LocalCheck } from './local-program.ts'
import { type BundleFile, toolProblems, withheldDetail } from './refusal.ts'
import { runRuleTests } from './rule-tests.ts'
import { checkSelectors } from './selector-check.ts'
import { refusedTemplates } from './template-check.ts'
import { type RunTool, refuses, whyNot } from './tool.ts'
import { partsAsked } from './tool-ask.ts'

export interface LocalFindings {
  /** What a tool refuses, in its own words, and programs that are not what their source or the lock file says. */
  readonly problems: readonly Problem[]
  /**
   * A warning for each check that could not be made here; one for all programs that are not trusted, and one for each
   * release that could not be fetched.
   */
  readonly unchecked: readonly Problem[]
}

/** What the tool says of one bundle. */
export async function judge(
  one: LocalCheck,
  run: RunTool,
  inventory: Inventory,
  ruleTests: boolean,
): Promise<LocalFindings> {
  const { instance, check } = one
  const directory = makePrivateDirectory('promha-check-')
  try {
    const bundle = judgedBundle(instance, check, inventory)
    const files = asSeenHere(bundle.files, check)
    const judged = { ...bundle, files }
    const { cell } = bundle
    // What judges a command line reads nothing else.
    const read = check.flags ? files.filter(({ name }) => check.seen?.some(one => one.name === name)) : files
    await stage(read, directory)
    if (check.flags) return await judgeLine(one, check.flags, run, directory, inventory)
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
    const commands = localCommands(
      check,
      files.map(file => file.name),
      jobFiles.map(({ name }) => name),
    )
    const [results, more = [], tests] = await Promise.all([
      Promise.all(commands.map(args => noted(args, directory))),
      cell && isPromtool(check) ? besides(cell, noted) : undefined,
      cell && isPromtool(check) && ruleTests ? tested(one, cell, run, inventory) : undefined,
    ])
    const alone = (index: number) => index > 0 && index <= jobFiles.length
    const isLeft = (index: number) => alone(index) && dependsOnGlobal(results[index]?.all ?? '')
    for (const [index, result] of results.entries()) {
      if (!refuses(result) || isLeft(index)) continue
      const messages = [result.all]
      if (isOfPlaceholder(result.all) && check.program.endsWith('/amtool')) {
        const names = files.map(({ name }) => name)
        messages.push(...((await refusedTemplates(names, run, directory)) ?? []))
      }
      for (const all of messages) {
        const message = all.replaceAll(`${directory}/`, '')
        take(await toolProblems({ ...judged, ask }, message, of), message)
      }
    }
    const fine = jobFiles.filter((_, index) => results[index + 1]?.exitCode === 0 || isLeft(index + 1))
    if (results[0]?.exitCode === 0) take(await judgeJobFiles(fine, { ...judged, ask }, noted, directory, of))
    take(more)
    take(tests?.problems ?? [])
    // Whatever keeps the tool from judging the config keeps it from the tests too.
    const unchecked = unknown === undefined ? (tests?.unchecked ?? []) : [notChecked(one, unknown)]
    return { problems, unchecked }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** promtool's other checks of a cell: selectors and target files. */
async function besides(cell: Cell, run: RunTool): Promise<readonly Problem[]> {
  const found = await Promise.all([
    checkSelectors(cell, run),
    cell.prometheus ? checkFileSd(cell.prometheus, run) : [],
  ])
  return found.flat()
}

async function tested(
  one: LocalCheck,
  cell: Cell,
  run: RunTool,
  inventory: Inventory,
): Promise<LocalFindings> {
  const tests = cell.prometheus?.ruleTests ?? []
  const { problems, unknown } = await runRuleTests(tests, run, inventory, featureFlagsIn(one.check.args))
  return { problems, unchecked: unknown === undefined ? [] : [notTested(one, unknown)] }
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
    problems: placeholders ? problems.map(problem => softened(problem)) : problems,
    unchecked: unknown === undefined ? [] : [notChecked(one, unknown)],
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

/**
 * Files of other machines (credentials, CAs) cannot be seen here, so only syntax and rules are judged.
 * @param jobs the files of `scrape_config_files`, which promtool does not read if it judges the syntax only
 */
function localCommands(
  check: BundleCheck,
  files: readonly string[],
  jobs: readonly string[] = [],
): readonly (readonly string[])[] {
  if (!isPromtool(check)) return [check.args]
  const [command = '', subject = '', ...rest] = check.args
  const rules = files.filter(file => file.startsWith('rules/'))
  return [
    [command, subject, '--syntax-only', ...rest],
    ...jobs.map(job => [command, subject, '--syntax-only', ...rest.filter(arg => arg.startsWith('-')), job]),
    ...(rules.length > 0 ? [['check', 'rules', ...featureFlagsIn(rest), ...rules]] : []),
  ]
}

export function notChecked({ instance, check }: LocalCheck, why: string): Problem {
  const of = `of ${instance.component} in cell ${instance.cell}`
  const by = `checked by ${basename(check.program)} here: ${why}`
  return check.flags
    ? warning(`the flags ${of} were not ${by}`, {
        remedy: '`promha apply` checks them on the host before they are used.',
      })
    : warning(`the config ${of} was not ${by}`, {
        remedy: '`promha apply` checks it on the host before it is used.',
      })
}

function notTested({ instance }: LocalCheck, why: string): Problem {
  return warning(`not all rule tests of cell ${instance.cell} were run: ${why}`, {
    remedy: 'Run `promtool test rules` on them yourself, or split them into smaller ones.',
  })
}

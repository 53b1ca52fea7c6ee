/** Checks new configs with upstream's own tools on this machine, where they run here, before any host is touched. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Artifacts } from '../artifact/model.ts'
import { type Problem, ProblemError, warning } from '../diagnostic/problem.ts'
import { type Inventory, isReleased } from '../inventory/model.ts'
import { isOfPlaceholder } from '../inventory/secrets.ts'
import { bundleFiles } from '../plan/bundle.ts'
import { isStored } from '../resource/hash.ts'
import type { BundleCheck, Instance } from '../resource/model.ts'
import { refusal, toolProblem, withheldDetail } from './refusal.ts'
import { archOf } from './releases.ts'
import { checkSelectors } from './selector-check.ts'

/** One check for each different bundle: replicas' are alike. Problems carry the tool's own words. */
export async function checkLocally(
  instances: readonly Instance[],
  artifacts: Artifacts,
  inventory: Inventory,
): Promise<readonly Problem[]> {
  const seen = new Set<string>()
  const problems: Problem[] = []
  for (const instance of instances) {
    // Its tool is the host's own, in the host's own version: it judges there.
    if (!isReleased(instance.component)) continue
    for (const check of instance.checks) {
      // Replicas' bundles are alike, and so is what is wrong with their command lines.
      const key = `${instance.cell} ${refusal(check)}`
      if (seen.has(key)) continue
      seen.add(key)
      problems.push(...(await checkOne(instance, check, artifacts, inventory)))
    }
  }
  return problems
}

async function checkOne(
  instance: Instance,
  check: BundleCheck,
  artifacts: Artifacts,
  inventory: Inventory,
): Promise<readonly Problem[]> {
  let tool: string | undefined
  try {
    tool = await localTool(instance, check, artifacts)
  } catch (failure) {
    if (!(failure instanceof ProblemError)) throw failure
    return [unchecked(instance, check, failure.problems[0]?.summary ?? 'it could not be fetched')]
  }
  if (!tool) return [unchecked(instance, check, `it does not run on ${process.platform} ${process.arch}`)]
  // Loaded on use: a run that changes nothing starts no program here.
  const { execa } = await import('execa')
  const run = (args: readonly string[], cwd: string) =>
    execa(tool, args, { cwd, reject: false, all: true, timeout: 60_000 })
  const directory = await mkdtemp(join(tmpdir(), 'promha-check-'))
  try {
    const files = bundleFiles(instance, check).flatMap(({ name, content }) =>
      // What lies on the host only was judged when it was new.
      isStored(content) ? [] : [{ name, content, ...userPath(name, instance, inventory) }],
    )
    for (const file of files) {
      const path = join(directory, file.name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, file.content, { mode: 0o600 })
    }
    const problems: Problem[] = []
    for (const args of localCommands(
      check,
      files.map(file => file.name),
    )) {
      const result = await run(args, directory)
      if (result.exitCode === 0) continue
      if (result.exitCode === undefined)
        return [unchecked(instance, check, result.shortMessage ?? 'it could not be started')]
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
    if (cell && isPromtool(check)) problems.push(...(await checkSelectors(cell, run)))
    return inventory.placeholders ? problems.map(softened) : problems
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** What is said of a placeholder says nothing of the value that will stand there. */
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

async function localTool(
  instance: Instance,
  check: BundleCheck,
  artifacts: Artifacts,
): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined
  const machine = { x64: 'x86_64', arm64: 'aarch64', arm: 'armv7l' }[process.arch as string]
  if (!machine) return undefined
  if (!isReleased(instance.component)) return undefined
  const release = await artifacts.release(instance.component, archOf(machine, 'this machine'))
  const file = release.files.find(candidate => candidate.path === check.program)
  return file ? artifacts.local(release, file) : undefined
}

function unchecked(instance: Instance, check: BundleCheck, why: string): Problem {
  const tool = check.program.replace(/.*\//, '')
  return warning(
    `the config of ${instance.component} in cell ${instance.cell} was not checked by ${tool} here: ${why}`,
    {
      remedy: 'apply checks it on the host before it is used',
    },
  )
}

function userPath(name: string, instance: Instance, inventory: Inventory): { readonly path?: string } {
  const cell = inventory.cells.find(candidate => candidate.name === instance.cell)
  const { rules = [], files = [] } = cell?.prometheus ?? {}
  const shipped = [...rules, ...files, ...(cell?.alertmanager?.templates ?? [])]
  const path = shipped.find(file => file.name === name)?.path
  return path === undefined ? {} : { path }
}

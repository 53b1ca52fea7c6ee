/** The one place of this folder that touches the machine: it reads the inventory and all that it names. */
import { spawn } from 'node:child_process'
import { constants, createReadStream } from 'node:fs'
import { access, readdir, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import picomatch from 'picomatch'
import { error, type Problem, ProblemError, type SourceRange, throwErrors } from '../diagnostic/problem.ts'
import { redact } from '../diagnostic/redact.ts'
import { findForeign } from '../trust/ours.ts'
import { buildInventory } from './build.ts'
import { cellTexts } from './cells.ts'
import { conform } from './conform.ts'
import {
  type Context,
  displayPath,
  type FileAnswer,
  type FileRequest,
  type ReadFile,
  requestKey,
  resolvePath,
} from './context.ts'
import type { Inventory } from './model.ts'
import { namedPaths, referencedPaths } from './named.ts'
import { withoutContent } from './outside.ts'
import { quote, source } from './place.ts'
import { fileRequests } from './requests.ts'
import { type Answer, expandReferences, findReferences, placeholder, type Reference } from './secrets.ts'
import { decode, secretValues } from './upstream.ts'
import { parseYaml } from './yaml.ts'

const commandTimeout = 30_000
const mostOutput = 1024 * 1024
/** Bytes; no config comes near it, and what never ends (`/dev/zero`) must not take the machine's memory. */
const mostBytes = 64 * 1024 * 1024

/**
 * Reads and checks an inventory and every file that it names.
 * @param options.secrets false: no reference is resolved, nothing is read for one, and placeholders stand in their places
 * @param options.approve told what references name before any `${cmd:…}` is run; what it throws ends the reading
 * @returns `named`: absolute paths of all that the inventory names, itself included
 * @throws ProblemError with all problems at once
 */
export async function readInventory(
  file: string,
  options: { readonly secrets?: boolean; readonly approve?: (named: readonly string[]) => void } = {},
): Promise<{ inventory: Inventory; warnings: readonly Problem[]; named: readonly string[] }> {
  const path = resolve(file)
  const base = { directory: dirname(path), home: homedir() }
  // The links that it may be reached by are not the inventory author's.
  const real = await realpath(base.directory).catch(() => base.directory)
  const { text: written, outside } = await readText(file, path, real)
  const from = source(file, written, outside)
  const { value, problems: faults } = parseYaml(from)
  const problems = [...faults]
  if (value === undefined) throw new ProblemError(problems)
  const references = findReferences(value)
  const referenced = [path, ...referencedPaths(references, base)]
  options.approve?.(referenced)
  const answers = await resolveReferences(references, base, options.secrets ?? true)
  const { secrets: expanded, placeholders } = expandReferences(value, answers, problems)
  const secrets = new Set(expanded)
  secretValues(value, secrets)
  const hidden = new Set(outside ? [file] : [])
  const text = conform(value, { source: from, start: 0, end: 0 }, problems)
  if (text === undefined) throw new ProblemError(shown(problems, [...secrets], hidden))
  const cells = cellTexts(text)
  const files = await readAll(fileRequests(text, cells, base), real)
  const context: Context = { ...base, file, source: from, problems, files }
  const inventory = buildInventory(text, cells, [...secrets], context)
  for (const answer of files.values()) {
    for (const one of 'files' in answer ? answer.files : [])
      if (one.outside) hidden.add(displayPath(one.path, context))
  }
  const found = shown(problems, inventory.secrets, hidden)
  throwErrors(found)
  return {
    inventory: placeholders ? { ...inventory, placeholders } : inventory,
    warnings: found,
    named: [...referenced, ...namedPaths(text, cells, files, base)],
  }
}

/**
 * What an inventory names, as far as that can be told without its secrets: no variable is asked for and no command run.
 * Only the inventory itself if it cannot be read.
 * @returns absolute paths
 */
export async function readNamed(file: string): Promise<readonly string[]> {
  const path = resolve(file)
  const base = { directory: dirname(path), home: homedir() }
  try {
    const { text: written } = await readText(file, path, base.directory)
    const from = source(file, written)
    const { value } = parseYaml(from)
    const references = findReferences(value)
    const answers = references.map(({ text }) => [text, { value: 'placeholder', placeholder: true }] as const)
    expandReferences(value, new Map(answers), [])
    const text = conform(value, { source: from, start: 0, end: 0 }, [])
    const referenced = [path, ...referencedPaths(references, base)]
    if (text === undefined) return referenced
    const cells = cellTexts(text)
    const files = await readAll(fileRequests(text, cells, base), base.directory)
    return [...referenced, ...namedPaths(text, cells, files, base)]
  } catch (thrown) {
    // What is wrong with it is told by the run that reads all of it.
    if (thrown instanceof ProblemError) return [path]
    throw thrown
  }
}

/**
 * The problems as they may be shown, each once: without secrets, and without what stands in files outside the inventory's
 * directory (`hidden`, as messages name them).
 */
function shown(
  problems: readonly Problem[],
  secrets: readonly string[],
  hidden: ReadonlySet<string>,
): readonly Problem[] {
  const open = problems.map(problem =>
    problem.source && hidden.has(problem.source.file) ? withoutContent(problem) : problem,
  )
  return masked(unique(open), secrets)
}

/** Messages quote what was written, so whatever is secret in it is masked here, once for all of them. */
function masked(problems: readonly Problem[], secrets: readonly string[]): readonly Problem[] {
  return problems.map(({ summary, detail, remedy, source: of, ...rest }) => {
    const { text, ...place } = of ?? {}
    const clean = text !== undefined && redact(text, secrets) === text
    return {
      ...rest,
      summary: redact(summary, secrets),
      ...(detail === undefined ? {} : { detail: redact(detail, secrets) }),
      ...(remedy === undefined ? {} : { remedy: redact(remedy, secrets) }),
      ...(of ? { source: { ...(place as SourceRange), ...(clean ? { text } : {}) } } : {}),
    }
  })
}

/** In the order of the text; what stands in `defaults` is told once, not for every cell. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  const byPlace = new Map<string, Problem>()
  for (const problem of problems) {
    const { file, line, column } = problem.source ?? {}
    const key = [problem.summary, file, line, column].join(' ')
    if (!byPlace.has(key)) byPlace.set(key, problem)
  }
  const place = ({ source: of }: Problem) => (of ? of.line * 10_000 + of.column : 0)
  const files = [...new Set([...byPlace.values()].map(problem => problem.source?.file))]
  return [...byPlace.values()].sort(
    (a, b) => files.indexOf(a.source?.file) - files.indexOf(b.source?.file) || place(a) - place(b),
  )
}

async function readText(
  file: string,
  path: string,
  directory: string,
): Promise<{ readonly text: string; readonly outside: boolean }> {
  let read: ReadFile
  try {
    read = await readBounded(path, true, directory)
  } catch (fault) {
    throw new ProblemError([
      error(`the inventory ${quote(file)} ${reason(fault)}`, {
        remedy: 'give the path of an inventory file',
      }),
    ])
  }
  const text = decode(read.bytes)
  if (text === undefined) throw new ProblemError([error(`the inventory ${quote(file)} is not UTF-8 text`)])
  return { text, outside: read.outside === true }
}

/** One after another: they may all use one password manager, which then has to be unlocked once only. */
async function resolveReferences(
  references: readonly Reference[],
  base: Pick<Context, 'directory' | 'home'>,
  resolved: boolean,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>()
  for (const [index, reference] of references.entries()) {
    const { kind, argument, text } = reference
    if (!resolved) {
      const lacks = await lackOf(reference, base)
      answers.set(text, { value: placeholder(index + 1), placeholder: true, ...(lacks ? { lacks } : {}) })
    } else if (kind === 'env') answers.set(text, fromEnvironment(argument))
    else if (kind === 'file') answers.set(text, await fromFile(resolvePath(argument, base)))
    else answers.set(text, await fromCommand(argument, base.directory))
  }
  return answers
}

interface Lack {
  readonly failure: string
  readonly remedy: string
}

/** What a reference would fail by, as far as that can be seen without reading or running anything. */
async function lackOf(
  { kind, argument }: Reference,
  base: Pick<Context, 'directory' | 'home'>,
): Promise<Lack | undefined> {
  if (kind === 'cmd') return undefined
  if (kind === 'env') return process.env[argument] === undefined ? unset(argument) : undefined
  return access(resolvePath(argument, base), constants.R_OK).then(() => undefined, unread)
}

const unset = (name: string): Lack => ({
  failure: 'the environment variable is not set',
  remedy: `Set ${name} before you start promha.`,
})

const unread = (fault: unknown): Lack => ({
  failure: `the file ${reason(fault)}`,
  remedy: 'paths are relative to the inventory',
})

function fromEnvironment(name: string): Answer {
  const value = process.env[name]
  return value === undefined ? unset(name) : { value }
}

async function fromFile(path: string): Promise<Answer> {
  try {
    const text = decode((await readBounded(path, true)).bytes)
    return text === undefined ? { failure: 'the file is not UTF-8 text' } : { value: withoutLastBreak(text) }
  } catch (fault) {
    return unread(fault)
  }
}

function withoutLastBreak(text: string): string {
  return text.replace(/(\r?\n)+$/, '')
}

/**
 * What a command prints. It has no terminal to ask on. Of a failure only what it says on stderr is told, never its
 * output.
 */
function fromCommand(command: string, directory: string): Promise<Answer> {
  return new Promise(done => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A session of its own, so that the time-out ends what the shell started too.
      detached: true,
    })
    const output: Buffer[] = []
    let size = 0
    let complaint = ''
    let stopped: string | undefined
    const stop = (why: string) => {
      stopped ??= why
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const timer = setTimeout(
      () => stop(`the command did not end within ${commandTimeout / 1000} s`),
      commandTimeout,
    )
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > mostOutput) stop('the command prints more than 1 MiB')
      else output.push(chunk)
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaint = (complaint + chunk).slice(-2000)
    })
    const finish = (answer: Answer) => {
      clearTimeout(timer)
      done(answer)
    }
    const failed = (failure: string) =>
      finish({ failure, ...(complaint.trim() ? { detail: complaint.trim() } : {}) })
    child.on('error', fault => failed(`the command could not be started: ${fault.message}`))
    child.on('close', (code, signal) => {
      if (stopped !== undefined) return failed(stopped)
      if (code !== 0)
        return failed(code === null ? `the command was ended by ${signal}` : `the command ended with ${code}`)
      const text = decode(Buffer.concat(output))
      return text === undefined
        ? failed('the command printed no UTF-8 text')
        : finish({ value: withoutLastBreak(text) })
    })
  })
}

async function readAll(
  requests: readonly FileRequest[],
  directory: string,
): Promise<ReadonlyMap<string, FileAnswer>> {
  const byKey = new Map(requests.map(request => [requestKey(request), request]))
  return new Map(
    await Promise.all(
      [...byKey].map(async ([key, request]) => [key, await answer(request, directory)] as const),
    ),
  )
}

async function answer({ kind, path }: FileRequest, directory: string): Promise<FileAnswer> {
  try {
    if (kind === 'keyring') return await keyringAnswer(path, directory)
    if (kind === 'exists') {
      await access(path)
      return { files: [] }
    }
    const paths = kind === 'glob' ? await expandGlob(path) : [path]
    return { files: await Promise.all(paths.map(found => readBounded(found, false, directory))) }
  } catch (fault) {
    return { failure: reason(fault) }
  }
}

/** Only what root alone can change, and nobody brings with the inventory, may say what is Debian's. */
async function keyringAnswer(path: string, directory: string): Promise<FileAnswer> {
  const real = await realpath(path)
  const remedy = 'Have root put the keyring into /etc/apt/keyrings, and name it there.'
  const checkout = await workTreeOf(directory)
  if (isBelow(real, directory)) return { failure: "lies in the inventory's own directory", remedy }
  if (checkout !== undefined && isBelow(real, checkout))
    return { failure: "lies in the inventory's own Git checkout", remedy }
  const foreign = findForeign(path, new Set([0]))
  if (foreign)
    return { failure: `can be changed by others than root: ${foreign.path} ${foreign.why}`, remedy }
  return (await stat(real)).isFile() ? { files: [] } : { failure: 'is not a plain file' }
}

/** The Git checkout in which a directory lies; undefined where it lies in none. */
async function workTreeOf(directory: string): Promise<string | undefined> {
  for (let at = directory; ; at = dirname(at)) {
    if (
      await access(join(at, '.git')).then(
        () => true,
        () => false,
      )
    )
      return at
    if (at === dirname(at)) return undefined
  }
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith(sep) ? directory : directory + sep)
}

/**
 * Rejects where it is no file (nor, with `pipes`, a pipe), or too large.
 * @param directory a real path: what leads out of it is marked
 */
async function readBounded(path: string, pipes: boolean, directory?: string): Promise<ReadFile> {
  const found = await stat(path)
  if (found.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' })
  if (!found.isFile() && !(pipes && found.isFIFO())) throw new Unfit('is not a plain file')
  // A pipe of the shell's, as in <(…), has no path.
  const real = await realpath(path).catch(cause => {
    if (found.isFIFO()) return undefined
    throw cause
  })
  const outside = directory !== undefined && real !== undefined && !isBelow(real, directory)
  const chunks: Buffer[] = []
  let size = 0
  // What was judged is what is read, whatever the links are turned to meanwhile.
  for await (const chunk of createReadStream(real ?? path)) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    if (size > mostBytes) throw new Unfit(`is larger than ${mostBytes / 1024 / 1024} MB`)
  }
  return { path, bytes: Buffer.concat(chunks), ...(outside ? { outside } : {}) }
}

class Unfit extends Error {}

async function expandGlob(glob: string): Promise<readonly string[]> {
  const { base } = picomatch.scan(glob)
  const deepest = glob.includes('**') ? Number.POSITIVE_INFINITY : relative(base, glob).split('/').length
  const matches = picomatch(glob)
  const found: string[] = []
  const walk = async (directory: string, depth: number): Promise<void> => {
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      const path = join(directory, entry.name)
      const isDirectory = entry.isSymbolicLink() ? await leadsToDirectory(path) : entry.isDirectory()
      // A link may lead back up, so none is followed where the glob has no bottom.
      const bottom = entry.isSymbolicLink() && deepest === Number.POSITIVE_INFINITY ? 0 : deepest
      if (isDirectory && depth < bottom) await walk(path, depth + 1)
      else if (!isDirectory && matches(path)) found.push(path)
    }
  }
  await walk(base, 1)
  return found.sort()
}

async function leadsToDirectory(link: string): Promise<boolean> {
  const target = await stat(link).catch(() => undefined)
  return target?.isDirectory() ?? false
}

function reason(fault: unknown): string {
  if (fault instanceof Unfit) return fault.message
  const code = (fault as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return 'does not exist'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read'
  if (code === 'EISDIR') return 'is a directory'
  return `cannot be read (${code ?? String(fault)})`
}

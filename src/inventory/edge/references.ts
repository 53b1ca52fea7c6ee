/** Resolves the references of an inventory: variables, files, and the output of commands. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { nearest } from '../../diagnostic/nearest.ts'
import { runCommandLine } from '../../process/shell.ts'
import { type PathBase, resolvePath } from '../context.ts'
import type { Reference } from '../secret/references.ts'
import { placeholder, type ReferenceAnswer } from '../secret/secrets.ts'
import { decode } from '../text/parsed-file.ts'
import { quoted } from '../text/place.ts'
import { fileFault, readBounded } from './files.ts'

const commandTimeout = 30_000
const mostOutput = 1024 * 1024

/** What `${env:NAME}` and the commands of `${cmd:…}` read. */
export interface Variables {
  /** The process's own if absent. */
  readonly environment?: NodeJS.ProcessEnv
  /** The file that gave some of them, for messages. */
  readonly environmentFile?: { readonly path: string; readonly names: readonly string[] }
}

/** Which references are resolved: all, none, or those in the URLs of mirrors, for what needs no other secret. */
export type ReadSecrets = boolean | 'mirrors'

/** One after another: if all use one password manager, it has to be unlocked only once. */
export async function resolveReferences(
  references: readonly Reference[],
  base: PathBase,
  { secrets = true, ...variables }: Variables & { readonly secrets?: ReadSecrets },
): Promise<ReadonlyMap<string, ReferenceAnswer>> {
  const answers = new Map<string, ReferenceAnswer>()
  const { environment = process.env } = variables
  for (const [index, reference] of references.entries()) {
    const { kind, argument, text, ofMirror = false } = reference
    if (secrets === false || (secrets === 'mirrors' && !ofMirror)) {
      const lacks = secrets === false ? await lackOf(reference, base, variables) : undefined
      answers.set(text, { value: placeholder(index + 1), placeholder: true, ...(lacks ? { lacks } : {}) })
    } else if (kind === 'env') answers.set(text, fromEnvironment(argument, variables))
    else if (kind === 'file') answers.set(text, await fromFile(resolvePath(argument, base)))
    else answers.set(text, await fromCommand(argument, base.directory, environment))
  }
  return answers
}

interface Lack {
  readonly failure: string
  readonly remedy: string
}

/** Why a reference would fail, as far as that is known without reading a file or running a command. */
async function lackOf(
  { kind, argument }: Reference,
  base: PathBase,
  variables: Variables,
): Promise<Lack | undefined> {
  if (kind === 'cmd') return undefined
  if (kind === 'env') {
    const answer = fromEnvironment(argument, variables)
    return 'failure' in answer ? answer : undefined
  }
  return access(resolvePath(argument, base), constants.R_OK).then(() => undefined, unread)
}

function unset(name: string, { environmentFile }: Variables): Lack {
  if (environmentFile === undefined) {
    return {
      failure: 'the environment variable is not set',
      remedy: `Set ${name} before you start promha, or name a file that holds it with --environment-file.`,
    }
  }
  const { path, names } = environmentFile
  const near = nearest(name, names)
  return {
    failure: `the environment variable is neither set nor in the environment file ${quoted(path)}`,
    remedy:
      near === undefined
        ? `Add a line ${name}=VALUE to ${quoted(path)}.`
        : `Did you mean ${quoted(near)}, which is in ${quoted(path)}? Otherwise add a line ${name}=VALUE to it.`,
  }
}

const unread = (fault: unknown): Lack => ({
  failure: `the file ${fileFault(fault)}`,
  remedy: 'Paths are relative to the inventory.',
})

function fromEnvironment(name: string, variables: Variables): { readonly value: string } | Lack {
  const { environment = process.env } = variables
  const value = environment[name]
  return value === undefined ? unset(name, variables) : { value }
}

async function fromFile(path: string): Promise<ReferenceAnswer> {
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

/** What a command prints. A failure shows its stderr and never its stdout, which may hold the secret. */
async function fromCommand(command: string, directory: string, environment: NodeJS.ProcessEnv) {
  const limits = { timeout: commandTimeout, mostOutput }
  const result = await runCommandLine(command, { directory, environment, ...limits })
  if ('failure' in result)
    return { failure: result.failure, ...(result.stderr ? { detail: result.stderr } : {}) }
  const text = decode(result.output)
  return text === undefined
    ? { failure: 'the command printed no UTF-8 text' }
    : { value: withoutLastBreak(text) }
}

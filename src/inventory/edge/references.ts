/** Resolves the references of an inventory: variables, files, and the output of commands. */
import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { nearest } from '../../diagnostic/nearest.ts'
import { type Context, resolvePath } from '../context.ts'
import { decode } from '../parsed-file.ts'
import { quote } from '../place.ts'
import { type Answer, placeholder, type Reference } from '../secrets.ts'
import { readBounded, reason } from './files.ts'

const commandTimeout = 30_000
const mostOutput = 1024 * 1024

/** What `${env:NAME}` and the commands of `${cmd:…}` read. */
export interface Variables {
  /** The process's own if absent. */
  readonly environment?: NodeJS.ProcessEnv
  /** The file that gave some of them, for messages. */
  readonly environmentFile?: { readonly path: string; readonly names: readonly string[] }
}

/** One after another: if all use one password manager, it has to be unlocked only once. */
export async function resolveReferences(
  references: readonly Reference[],
  base: Pick<Context, 'directory' | 'home'>,
  { secrets = true, ...variables }: Variables & { readonly secrets?: boolean },
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>()
  const { environment = process.env } = variables
  for (const [index, reference] of references.entries()) {
    const { kind, argument, text } = reference
    if (!secrets) {
      const lacks = await lackOf(reference, base, variables)
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
  base: Pick<Context, 'directory' | 'home'>,
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
    failure: `the environment variable is neither set nor in the environment file ${quote(path)}`,
    remedy:
      near === undefined
        ? `Add a line ${name}=VALUE to ${quote(path)}.`
        : `Did you mean ${quote(near)}, which is in ${quote(path)}? Otherwise add a line ${name}=VALUE to it.`,
  }
}

const unread = (fault: unknown): Lack => ({
  failure: `the file ${reason(fault)}`,
  remedy: 'paths are relative to the inventory',
})

function fromEnvironment(name: string, variables: Variables): { readonly value: string } | Lack {
  const { environment = process.env } = variables
  const value = environment[name]
  return value === undefined ? unset(name, variables) : { value }
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
 * What a command prints. It has no terminal, so it cannot ask anything. A failure shows its stderr and never its stdout,
 * which may hold the secret.
 */
function fromCommand(command: string, directory: string, env: NodeJS.ProcessEnv): Promise<Answer> {
  return new Promise(done => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: directory,
      env,
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

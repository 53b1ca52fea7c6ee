/** promha as a user gets it: packed from a copy of the sources, then installed by npm into an empty prefix. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Ran } from '../cli/promha.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a fresh clone does not hold. */
const notCloned = /^(\.git|node_modules|dist|coverage|\.lab.*)$/

/** The checkout as a fresh clone would have it, what is not committed included. Returns its path, below `directory`. */
export function copyCheckout(directory: string): string {
  const copy = join(directory, 'clone')
  mkdirSync(copy)
  for (const name of readdirSync(root))
    if (!notCloned.test(name)) cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** The package's file below `directory`, made without touching the checkout: other tests run its `dist`. */
export async function pack(directory: string): Promise<string> {
  const copy = copyCheckout(directory)
  const { out } = await succeed(copy, 'npm', 'pack', '--silent', '--pack-destination', directory)
  return join(directory, out.trim())
}

/** The installed program; `as`: words that become another user. Nothing is asked of a registry, and npm's cache is empty. */
export async function installGlobally(
  packed: string,
  prefix: string,
  cache: string,
  as: readonly string[] = [],
): Promise<string> {
  // As a service or a CI job would start it: from a folder that is not the checkout.
  const words = ['install', '--global', '--prefix', prefix, '--cache', cache, '--offline', packed]
  await succeed(prefix, ...as, 'npm', ...words)
  return join(prefix, 'bin', 'promha')
}

/** Packs and installs below `directory`. */
export async function packAndInstall(
  directory: string,
): Promise<{ readonly program: string; readonly prefix: string; readonly packed: string }> {
  const packed = await pack(directory)
  const prefix = join(directory, 'prefix')
  mkdirSync(prefix)
  const program = await installGlobally(packed, prefix, join(directory, 'cache'))
  return { program, prefix, packed }
}

/** Runs a command in a folder, with this environment and nothing else but PATH. */
export function runIn(
  folder: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const [command = '', ...rest] = words
  const env = { PATH: process.env.PATH ?? '', HOME: folder, NO_COLOR: '1', ...environment }
  return new Promise(resolve => {
    execFile(command, rest, { cwd: folder, env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

async function succeed(folder: string, ...words: readonly string[]): Promise<Ran> {
  const ran = await runIn(folder, words)
  assert.equal(ran.code, 0, ran.out + ran.err)
  return ran
}

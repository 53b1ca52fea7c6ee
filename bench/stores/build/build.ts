/** Builds a program from its Go module and keeps it, so that a later run takes what is there. */
import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { GoProgram } from './programs.ts'
import type { Go } from './toolchain.ts'

const modules = fileURLToPath(new URL('../modules', import.meta.url))

/** Lines of Go's own words that an error carries. */
const lastLines = 15

export interface Builder {
  /** Asked for only if something has to be built. */
  readonly go: () => Promise<Go>
  /** Holds everything that was built. */
  readonly cache: string
}

/** The directory with the programs of all runs; `PROMHA_STORES_CACHE` is another one. */
export function buildCache(): string {
  return process.env.PROMHA_STORES_CACHE || join(homedir(), '.cache/promha-stores')
}

/** Gives the directory with the program's files. Nothing of a build that fails is kept as a program. */
export async function built(program: GoProgram, builder: Builder): Promise<string> {
  const { name, version, files } = program
  const directory = join(builder.cache, `${name}-${version}`)
  const recipe = JSON.stringify([program, await readFile(join(modules, name, 'go.mod'), 'utf8')])
  if ((await read(join(directory, 'recipe'))) === recipe) return directory
  const staged = `${directory}.part`
  await rm(staged, { recursive: true, force: true })
  await build(program, builder, staged)
  const missing = await lacking(staged, files)
  if (missing.length > 0) throw new Error(`the build of ${name} ${version} gave no ${missing.join(', ')}`)
  await writeFile(join(staged, 'recipe'), recipe)
  await rm(directory, { recursive: true, force: true })
  await rename(staged, directory)
  return directory
}

async function build(program: GoProgram, { go, cache }: Builder, into: string): Promise<void> {
  const { name, version, packages, ldflags, tags } = program
  // Go writes what it resolves beside go.mod, which is not to change the checkout.
  const source = join(cache, 'modules', name)
  await mkdir(source, { recursive: true })
  await cp(join(modules, name), source, { recursive: true })
  await mkdir(into, { recursive: true })
  const { path, env } = await go()
  const flags = ['-mod=mod', '-buildvcs=false', '-trimpath', '-ldflags', ldflags]
  const args = ['build', ...flags, ...(tags ? ['-tags', tags] : []), '-o', `${into}/`, ...packages]
  const { failed, stderr, shortMessage } = await execa(path, args, {
    cwd: source,
    env: { CGO_ENABLED: '0', ...env },
    reject: false,
  })
  if (!failed) return
  const said = `${stderr || shortMessage}`.split('\n').slice(-lastLines).join('\n')
  throw new Error(`${name} ${version} cannot be built from its Go module:\n${said}`)
}

async function lacking(directory: string, files: readonly string[]): Promise<readonly string[]> {
  const there = await Promise.all(
    files.map(file =>
      stat(join(directory, file)).then(
        found => found.isFile(),
        () => false,
      ),
    ),
  )
  return files.filter((_, index) => !there[index])
}

function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}

/** ssh_config as a tree: files read through the ssh-config library, `Include` put in place. */
import { readdir, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, sep } from 'node:path'
import SshConfig from 'ssh-config'
import { ProblemError } from '../../diagnostic/problem.ts'
import { foreignProblem } from '../../trust/foreign-problem.ts'
import { foreignFile } from '../../trust/ours.ts'
import { readNamedFile } from '../../trust/plain-file.ts'
import { homeIfAny } from '../../trust/user-directories.ts'
import { sshProblem } from '../messages.ts'
import { matchesPattern } from './pattern.ts'

export type ConfigNode =
  | { readonly kind: 'set'; readonly key: string; readonly values: readonly string[] }
  | {
      readonly kind: 'host' | 'match'
      readonly words: readonly string[]
      readonly body: readonly ConfigNode[]
    }
  | { readonly kind: 'include'; readonly file: string; readonly body: readonly ConfigNode[] }

/** As many files inside one another as OpenSSH follows. */
const deepestInclude = 16
/** Files of one configuration, each counted as often as it is included: a pattern may match a whole file system. */
const mostFiles = 1_000

type Nodes = Promise<readonly ConfigNode[]>

/**
 * Reads one ssh_config by its absolute path. Keys come in small letters. Throws a ProblemError.
 * @param optional a file that is not there counts as empty
 * @param ownOnly it, and each file that it includes, is refused if another user can change it, as OpenSSH does
 */
export async function readConfigFile(file: string, optional: boolean, ownOnly = false): Nodes {
  return read(file, { base: dirname(file), ownOnly, files: 0 }, optional, 0)
}

interface Reading {
  /** Where relative names of `Include` start. */
  readonly base: string
  readonly ownOnly: boolean
  /** Files that were read so far. */
  files: number
}

async function read(file: string, reading: Reading, optional: boolean, depth: number): Nodes {
  reading.files += 1
  if (reading.files > mostFiles) throw unusable(file, `it would be read after ${mostFiles} other files`)
  let text: string
  try {
    text = await textOf(file, reading.ownOnly)
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause
    const { code } = cause as NodeJS.ErrnoException
    if (optional && code === 'ENOENT') return []
    throw unusable(file, code === 'ENOENT' ? 'no such file' : (cause as Error).message)
  }
  if (depth > deepestInclude) throw unusable(file, `more than ${deepestInclude} files include one another`)
  return convert(linesOf(file, text), reading, depth)
}

function linesOf(file: string, text: string): readonly Line[] {
  try {
    return SshConfig.parse(text) as readonly Line[]
  } catch {
    // The library's message quotes what it read, which may be any file.
    throw unusable(file, 'it is not in the form of ssh_config')
  }
}

async function textOf(file: string, ownOnly: boolean): Promise<string> {
  const found = await stat(file)
  const foreign = ownOnly && found.isFile() ? foreignFile(file, found) : undefined
  if (foreign) {
    const mode = (found.mode & 0o7777).toString(8).padStart(4, '0')
    const why = `${foreign.why} (its mode is ${mode})`
    const detail = 'Expected: only root and the user who runs promha can change it, as OpenSSH demands.'
    const problem = foreignProblem('the SSH configuration cannot be used', { ...foreign, why })
    throw new ProblemError([{ ...problem, detail }])
  }
  return (await readNamedFile(file)).toString()
}

function unusable(file: string, why: string): ProblemError {
  return new ProblemError([sshProblem.configUnusable({}, file, why)])
}

/** What is used of the library's own lines. */
interface Line {
  readonly type: number
  readonly param?: string
  readonly value?: string | readonly { readonly val: string }[]
  readonly config?: readonly Line[]
}

async function convert(lines: readonly Line[], reading: Reading, depth: number): Nodes {
  const nodes: ConfigNode[] = []
  for (const line of lines) {
    if (line.param === undefined || line.param === '') continue
    const key = line.param.toLowerCase()
    const values = typeof line.value === 'string' ? [line.value] : (line.value ?? []).map(word => word.val)
    if (key === 'host' || key === 'match') {
      nodes.push({ kind: key, words: values, body: await convert(line.config ?? [], reading, depth) })
    } else if (key === 'include') {
      for (const pattern of values) {
        for (const file of await expandPattern(pattern, reading.base))
          nodes.push({ kind: 'include', file, body: await read(file, reading, true, depth + 1) })
      }
    } else nodes.push({ kind: 'set', key, values })
  }
  return nodes
}

/** The files that a path with `*` and `?` stands for, in the order of their names. */
async function expandPattern(pattern: string, base: string): Promise<readonly string[]> {
  const home = pattern.startsWith('~/') ? homeIfAny() : ''
  if (home === undefined) return []
  const named = home === '' ? pattern : join(home, pattern.slice(2))
  const path = isAbsolute(named) ? named : join(base, named)
  if (!/[*?]/.test(path)) return [path]
  let found: readonly string[] = [sep]
  for (const part of path.split(sep).filter(name => name !== ''))
    found = (await Promise.all(found.map(directory => matchingNames(directory, part)))).flat()
  return found
}

async function matchingNames(directory: string, pattern: string): Promise<readonly string[]> {
  if (!/[*?]/.test(pattern)) return [join(directory, pattern)]
  const names = await readdir(directory).catch(() => [])
  return names
    .filter(name => matchesPattern(pattern, name) && (!name.startsWith('.') || pattern.startsWith('.')))
    .sort()
    .map(name => join(directory, name))
}

/** What the inventory's `ssh.config` says; absent: the user's and the system's files count. */
type ConfigSetting = string | false | undefined

/** The files that count for a host. Throws a ProblemError; a file that the inventory names has to be there. */
export async function readSshConfig(config: ConfigSetting): Nodes {
  if (config !== undefined && config !== false) return readConfigFile(config, false)
  const own = new Set(userFile())
  const read = topFiles(config).map(file => readConfigFile(file, true, own.has(file)))
  return (await Promise.all(read)).flat()
}

/** Every file that was read for these nodes, those of `Include` too. */
export function configFiles(nodes: readonly ConfigNode[], config: ConfigSetting): readonly string[] {
  const included = (body: readonly ConfigNode[]): readonly string[] =>
    body.flatMap(node => {
      if (node.kind === 'set') return []
      return [...(node.kind === 'include' ? [node.file] : []), ...included(node.body)]
    })
  return [...topFiles(config), ...included(nodes)]
}

function topFiles(config: ConfigSetting): readonly string[] {
  if (config === false) return []
  return config === undefined ? [...userFile(), '/etc/ssh/ssh_config'] : [config]
}

/** This user's own, if the user has a home. */
function userFile(): readonly string[] {
  const home = homeIfAny()
  return home === undefined ? [] : [join(home, '.ssh', 'config')]
}

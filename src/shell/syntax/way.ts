/** Shell that calls the functions of `way.sh`, and the questions that a host is asked with them. */
import { posix } from 'node:path'
import { command, quote } from './quote.ts'
import { staticShell } from './static.ts'

/** Defined once in each script that needs one of them; nothing is run. */
export const wayFunctions = staticShell('syntax/way.sh')

/** Why a path is not worked on; each with the directory or link concerned and whose it is. */
const faults = ['other', 'open', 'link', 'kind', 'leaf', 'foreign', 'moved'] as const

/** What must be true of a directory before promha gives it another owner or mode, or creates it. */
export interface WantedDirectory {
  readonly path: string
  readonly owner: string
  /** promha's manifest names it: what it holds is not asked. */
  readonly known: boolean
  /** Patterns of the shell: one such name shows that a directory of somebody else is the program's all the same. */
  readonly holds: readonly string[]
}

/** The directory and the name in it of an absolute path. */
export function parted(path: string): { readonly directory: string; readonly name: string } {
  return { directory: posix.dirname(path), name: `./${posix.basename(path)}` }
}

/** The line that says whose directories are the service's own; undefined if the service has no user. */
export function serve(user: string | undefined): string {
  return command('serve', user ?? '')
}

/** Goes to a directory that is closed, as the whole way to it is; fails, and says why, where one is not. */
export function enter(directory: string): string {
  return command('enter', directory)
}

/** Runs a command with the path as `./NAME` behind it, in the directory that it lies in: as root or as the service's user. */
export function within(path: string, ...words: readonly string[]): string {
  const { directory, name } = parted(path)
  return command('within', directory, name, ...words)
}

/** Fails, with `fault`, `at` and `who` set, where the directory must not be made or given the owner. */
function fits({ path, owner, known, holds }: WantedDirectory): string {
  return command('fits', path, owner, known ? 'known' : 'new', ...holds)
}

/** What a host is asked before it is changed: where root or the service's user would work. */
export interface WalkedWay {
  readonly service?: string
  readonly directories: readonly WantedDirectory[]
  /** Directories in which root puts something in place or takes it away. */
  readonly entered: readonly string[]
  /** Paths that go with all that is in them. */
  readonly purged: readonly string[]
}

/** A path that is not worked on, and why. */
export interface Barred {
  /** Of the request's ways, the one whose it is. */
  readonly way: WalkedWay
  readonly path: string
  readonly fault: (typeof faults)[number]
  /** The directory or link that is in the way. */
  readonly at: string
  /** A user, `group NAME`, or `everybody`. */
  readonly who: string
}

interface Asked {
  readonly way: WalkedWay
  readonly path: string
  readonly question: string
}

function asked(ways: readonly WalkedWay[]): readonly Asked[] {
  return ways.flatMap(way => [
    ...way.directories.map(wanted => ({ way, path: wanted.path, question: fits(wanted) })),
    ...way.entered.map(path => ({ way, path, question: command('may_enter', path) })),
    ...way.purged.map(path => ({ way, path, question: command('may_remove', posix.dirname(path)) })),
  ])
}

/** Prints a line for each path that is barred, read by {@link parseBarred}. */
export function waysScript(ways: readonly WalkedWay[]): readonly string[] {
  const questions = asked(ways)
  if (questions.length === 0) return []
  const taken = ways.flatMap(way => way.directories.filter(({ owner }) => owner === 'root'))
  return [
    wayFunctions,
    `taken=${quote(`|${taken.map(({ path }) => path).join('|')}|`)}`,
    ...questions.flatMap(({ way, question }, index) => [
      ...(questions[index - 1]?.way === way ? [] : [serve(way.service)]),
      `${question} || printf '%s %s %s|%s\\n' ${index} "$fault" "$who" "$at"`,
    ]),
    'cd /',
  ]
}

/** Each path once. */
export function parseBarred(ways: readonly WalkedWay[], lines: readonly string[]): readonly Barred[] {
  const questions = asked(ways)
  const found = new Map<string, Barred>()
  for (const line of lines) {
    const [, index, word, who = '', at = ''] = /^(\d+) (\w+) ([^|]*)\|(.*)$/.exec(line) ?? []
    const question = questions[Number(index)]
    const fault = faults.find(one => one === word)
    if (!question || !fault) continue
    const { way, path } = question
    const key = `${at}\n${path}`
    if (!found.has(key)) found.set(key, { way, path, fault, at, who })
  }
  return [...found.values()]
}

/** Makes the directory or gives it owner and mode; notes in the file `note` what it was before. */
export function takeDirectory(wanted: WantedDirectory, group: string, mode: string, note: string): string {
  const { path, owner, known, holds } = wanted
  return command('take_over', path, owner, group, mode, note, known ? 'known' : 'new', ...holds)
}

/** Which of the five programs a command line starts, and with which flags. Pure. */
import { posix } from 'node:path'
import type { ReleasedComponent } from '../inventory/model.ts'
import { words } from './exec-start.ts'

/** Flag → its values in their order, without dashes; a bare switch has the value ''. */
export type CommandFlags = ReadonlyMap<string, readonly string[]>

const names: readonly (readonly [ReleasedComponent, RegExp])[] = [
  ['alertmanager', /^(prometheus-)?alertmanager(-?v?\d.*)?$/],
  ['node_exporter', /^(prometheus-)?node-exporter(-?v?\d.*)?$/],
  ['blackbox_exporter', /^(prometheus-)?blackbox-exporter(-?v?\d.*)?$/],
  ['pushgateway', /^(prometheus-)?pushgateway(-?v?\d.*)?$/],
  ['prometheus', /^prometheus(-server)?(-?v?\d.*)?$/],
]

/** By the name of the program, as upstream and the distributions call it. */
export function componentOf(program: string): ReleasedComponent | undefined {
  const name = posix.basename(program).replaceAll('_', '-')
  return names.find(([, pattern]) => pattern.test(name))?.[0]
}

/** What the program itself is given, where something else starts it: `env`, `sh -c '…'`. */
export function ownWords(component: ReleasedComponent, argv: readonly string[]): readonly string[] {
  const from = (all: readonly string[]) => {
    const at = all.findIndex(word => componentOf(word) === component)
    return at < 0 ? undefined : all.slice(at)
  }
  return from(argv) ?? from(argv.flatMap(word => (/\s/.test(word) ? words(word) : [word]))) ?? argv
}

/** `--name=value`, `--name value`, `--name`; the old programs take one dash too. */
export function flagsOf(argv: readonly string[]): CommandFlags {
  const found = new Map<string, string[]>()
  for (let at = 1; at < argv.length; at++) {
    const [, name, value] = /^--?([A-Za-z][\w.-]*)(?:=([\s\S]*))?$/.exec(argv[at] ?? '') ?? []
    if (name === undefined) continue
    const next = argv[at + 1]
    const given = value ?? (next !== undefined && !next.startsWith('-') ? next : '')
    found.set(name, [...(found.get(name) ?? []), given])
  }
  return found
}

/** The last value, which counts; undefined if the flag is missing or empty. */
export function flagValue(flags: CommandFlags, ...alternatives: readonly string[]): string | undefined {
  for (const name of alternatives) {
    const value = flags.get(name)?.at(-1)
    if (value !== undefined && value !== '') return value
  }
  return undefined
}

/** Which component's program a command line starts, and with which flags. Pure. */
import { posix } from 'node:path'
import type { CommandFlags } from '../../../roles/component.ts'
import { definitions } from '../../../roles/index.ts'
import type { Component } from '../../inventory/model.ts'
import { execWords } from './exec-start.ts'

/** By the name of the program, as upstream and the distributions call it. */
export function componentOf(program: string): Component | undefined {
  const name = posix.basename(program).replaceAll('_', '-')
  return definitions.find(({ takeOver }) => takeOver?.programs.test(name))?.name
}

/** What the program itself is given, where something else starts it: `env`, `sh -c '…'`. */
export function ownWords(component: Component, argv: readonly string[]): readonly string[] {
  const from = (all: readonly string[]) => {
    const at = all.findIndex(word => componentOf(word) === component)
    return at < 0 ? undefined : all.slice(at)
  }
  return from(argv) ?? from(argv.flatMap(word => (/\s/.test(word) ? execWords(word) : [word]))) ?? argv
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

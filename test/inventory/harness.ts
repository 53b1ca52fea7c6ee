import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Problem, ProblemError } from '../../src/diagnostic/problem.ts'
import type { Inventory } from '../../src/inventory/model.ts'
import { readInventory } from '../../src/site/read.ts'

export interface Reading {
  /** Absent where there were errors. */
  readonly inventory?: Inventory
  /** Errors, or where there are none the warnings. */
  readonly problems: readonly Problem[]
  readonly directory: string
}

/** Writes the inventory and the files beside it to a directory of their own, and reads it. */
export async function read(
  text: string | Uint8Array,
  files: Readonly<Record<string, string | Uint8Array>> = {},
  options: { readonly secrets?: boolean } = {},
): Promise<Reading> {
  const directory = mkdtempSync(join(tmpdir(), 'promha-inventory-'))
  try {
    for (const [name, content] of Object.entries({ ...files, 'inventory.yml': text })) {
      mkdirSync(dirname(join(directory, name)), { recursive: true })
      writeFileSync(join(directory, name), content)
    }
    const { inventory, warnings } = await readInventory(join(directory, 'inventory.yml'), options)
    return { inventory, problems: warnings, directory }
  } catch (fault) {
    if (!(fault instanceof ProblemError)) throw fault
    return { problems: fault.problems, directory }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Takes the markers `§` out of a text; each stands where a problem is expected. */
export function unmark(marked: string): { text: string; places: { line: number; column: number }[] } {
  const places: { line: number; column: number }[] = []
  const lines = marked.split('\n').map((line, index) => {
    let rest = line
    for (let at = rest.indexOf('§'); at !== -1; at = rest.indexOf('§')) {
      places.push({ line: index + 1, column: at + 1 })
      rest = rest.slice(0, at) + rest.slice(at + 1)
    }
    return rest
  })
  return { text: lines.join('\n'), places }
}

export const head = `promha: 1
hosts:
  mon-a: { address: 198.18.0.11 }
  mon-b: { address: 198.18.0.12 }
`

/** A cell whose Prometheus has these further lines. */
export function prometheus(...lines: readonly string[]): string {
  return `${head}cells:
  eu:
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      alertmanagers: []
${lines.map(line => `      ${line}\n`).join('')}`
}

/** A cell whose Alertmanagers have these further lines. */
export function alertmanager(...lines: readonly string[]): string {
  return `${head}cells:
  eu:
    alertmanager:
      hosts: [mon-a, mon-b]
      config: { route: { receiver: x }, receivers: [{ name: x }] }
${lines.map(line => `      ${line}\n`).join('')}`
}

/** The codes of problems with the words that they have, as the tests keep them. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const snapshots = fileURLToPath(new URL('../../test/messages/snapshots', import.meta.url))

export interface KnownProblem {
  /** `inventory.unknown-key` */
  readonly code: string
  readonly severity: string
  readonly summary: string
  /** Empty: there is none. */
  readonly remedy: string
}

/** Several of one code if its words differ. */
export function knownProblems(): readonly KnownProblem[] {
  return readdirSync(snapshots)
    .sort()
    .flatMap(name => readFileSync(`${snapshots}/${name}`, 'utf8').split(/\n\n(?=\S)/))
    .flatMap(block => {
      const [head = '', summary = '', ...rest] = block.split('\n')
      const [, code, severity] = /^(\S+) \((\w+)/.exec(head) ?? []
      if (code === undefined || severity === undefined) return []
      const remedy = rest.find(line => line.startsWith('  → '))?.slice('  → '.length) ?? ''
      return [{ code, severity, summary: summary.trim(), remedy }]
    })
}

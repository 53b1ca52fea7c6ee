/** What would change in a file, as unified text without its secrets. */
import { createTwoFilesPatch } from 'diff'
import { longestShownLine, mostComparisons, mostEdits, mostInvalidText } from '../shell/bounds.ts'
import { maskUnit, maskYaml, secretPlaces } from './mask.ts'

/** What is left for the diffs of one host. */
export interface DiffBudget {
  /** Comparisons of lines. */
  left: number
  /** Characters of texts that are invalid YAML. */
  invalid: number
}

export function diffBudget(): DiffBudget {
  return { left: mostComparisons, invalid: mostInvalidText }
}

/**
 * `before` and `after` are undefined where there is no such file. Undefined where there is nothing that can be shown: no
 * text, or a config that cannot be understood. `secrets`: those of the inventory; where the new text has one, the old one's value
 * of the same place was one too, which the inventory no longer holds. Where the texts differ by more than the budget allows, the numbers
 * of their lines are told instead.
 */
export function unifiedDiff(
  path: string,
  before: Buffer | undefined,
  after: string | Uint8Array | undefined,
  secrets: readonly string[] = [],
  budget: DiffBudget = diffBudget(),
): string | undefined {
  const fresh = after === undefined ? '' : shown(path, after, [], budget)
  if (fresh === undefined) return undefined
  const places = after === undefined ? [] : secretPlaces(text(after) ?? '', secrets)
  const old = before === undefined ? '' : shown(path, before, places, budget)
  if (old === undefined || (old === fresh && (before === undefined || after === undefined))) return undefined
  const from = before === undefined ? '/dev/null' : path
  const to = after === undefined ? '/dev/null' : path
  const patch = patchOf(from, to, old, fresh, budget)
  if (patch === undefined)
    return `--- ${from}\n+++ ${to}\n(too different to show: ${linesOf(old)} lines before, ${linesOf(fresh)} after)\n`
  const lines = patch.split('\n')
  // Two secrets that differ look alike once masked.
  if (!lines.some(line => line.startsWith('@@')))
    return `--- ${path}\n+++ ${path}\n(only masked values differ)\n`
  return lines.slice(lines.findIndex(line => line.startsWith('---'))).join('\n')
}

/** A text that is all new or all gone costs no comparison. The work grows with the square of what differs. */
function patchOf(
  from: string,
  to: string,
  old: string,
  fresh: string,
  budget: DiffBudget,
): string | undefined {
  if (old === '' || fresh === '') return createTwoFilesPatch(from, to, old, fresh, '', '', { context: 3 })
  const maxEditLength = Math.min(mostEdits, Math.floor(Math.sqrt(budget.left)))
  const patch =
    maxEditLength === 0
      ? undefined
      : createTwoFilesPatch(from, to, old, fresh, '', '', { context: 3, maxEditLength })
  const edits = patch === undefined ? maxEditLength : (patch.match(/^[-+]/gm) ?? []).length
  budget.left = Math.max(0, budget.left - edits ** 2)
  return patch
}

function linesOf(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

function shown(
  path: string,
  content: string | Uint8Array,
  places: readonly string[],
  budget: DiffBudget,
): string | undefined {
  const plain = text(content)
  if (plain === undefined) return undefined
  // Bytes are what a host sent.
  if (typeof content !== 'string' && plain.split('\n').some(line => line.length > longestShownLine))
    return undefined
  if (/\.ya?ml$/.test(path)) return shownYaml(plain, places, budget)
  return path.endsWith('.service') ? maskUnit(plain) : plain
}

/** It takes long to find all faults of a text, so after a few invalid ones no more YAML of the host is shown. */
function shownYaml(plain: string, places: readonly string[], budget: DiffBudget): string | undefined {
  if (budget.invalid <= 0) return undefined
  const masked = maskYaml(plain, places)
  if (masked === undefined) budget.invalid -= plain.length
  return masked
}

/** Undefined for what is not text. */
function text(content: string | Uint8Array): string | undefined {
  if (typeof content === 'string') return content
  try {
    const decoded = new TextDecoder('utf8', { fatal: true }).decode(content)
    return decoded.includes('\0') ? undefined : decoded
  } catch {
    return undefined
  }
}

/** What would change in a file, as unified text without its secrets. */
import { createTwoFilesPatch } from 'diff'
import { maskForeignUnit, maskUnit, maskYaml, secretPlaces, type YamlMasking } from '../../check/mask.ts'
import { longestShownLine, mostComparisons, mostEdits, mostInvalidText } from '../../shell/syntax/bounds.ts'

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

export interface DiffOptions {
  /** Those of the inventory; absent: none. */
  readonly secrets?: readonly string[]
  /** Shared by the diffs of one host; absent: a whole one. */
  readonly budget?: DiffBudget
  /** The old text is none that promha wrote. */
  readonly foreign?: boolean
}

/** Undefined where nothing can be shown. A secret in the new text marks the same place of the old one, whose value is unknown here. */
export function unifiedDiff(
  path: string,
  before: Buffer | undefined,
  after: string | Uint8Array | undefined,
  { secrets = [], budget = diffBudget(), foreign = false }: DiffOptions = {},
): string | undefined {
  const fresh = after === undefined ? '' : shown(path, after, { budget })
  if (fresh === undefined) return undefined
  const replacedBy = after === undefined ? '' : (text(after) ?? '')
  const places = secretPlaces(replacedBy, secrets)
  const old = before === undefined ? '' : shown(path, before, { budget, places, replacedBy, foreign })
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
  if (maxEditLength === 0) return undefined
  const patch = createTwoFilesPatch(from, to, old, fresh, '', '', { context: 3, maxEditLength })
  const edits = patch === undefined ? maxEditLength : (patch.match(/^[-+]/gm) ?? []).length
  budget.left = Math.max(0, budget.left - edits ** 2)
  return patch
}

function linesOf(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

interface Showing extends YamlMasking {
  readonly budget: DiffBudget
  readonly foreign?: boolean
}

function shown(
  path: string,
  content: string | Uint8Array,
  { budget, foreign, ...masking }: Showing,
): string | undefined {
  const plain = text(content)
  if (plain === undefined) return undefined
  // Bytes are what a host sent.
  if (typeof content !== 'string' && plain.split('\n').some(line => line.length > longestShownLine))
    return undefined
  if (!/\.ya?ml$/.test(path)) {
    if (path.endsWith('.service')) return foreign ? maskForeignUnit(plain) : maskUnit(plain)
    return foreign ? undefined : plain
  }
  // It takes long to find all faults of a text, so after a few invalid ones no more YAML of the host is shown.
  if (budget.invalid <= 0) return undefined
  const masked = maskYaml(plain, masking)
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

/** What would change in a file, as unified text without its secrets. */
import { createTwoFilesPatch } from 'diff'
import { maskUnit, maskYaml, secretPlaces } from './mask.ts'

/**
 * `before` and `after` are undefined where there is no such file. Undefined where there is nothing that can be shown: no
 * text, or a config that cannot be understood. `secrets`: those of the inventory; where the new text has one, the old one's value
 * of the same place was one too, which nobody knows any more.
 */
export function unifiedDiff(
  path: string,
  before: Buffer | undefined,
  after: string | Uint8Array | undefined,
  secrets: readonly string[] = [],
): string | undefined {
  const places = after === undefined ? [] : secretPlaces(text(after) ?? '', secrets)
  const old = before === undefined ? '' : shown(path, before, places)
  const fresh = after === undefined ? '' : shown(path, after)
  if (
    old === undefined ||
    fresh === undefined ||
    (old === fresh && (before === undefined || after === undefined))
  )
    return undefined
  const from = before === undefined ? '/dev/null' : path
  const to = after === undefined ? '/dev/null' : path
  const patch = createTwoFilesPatch(from, to, old, fresh, '', '', { context: 3 })
  const lines = patch.split('\n')
  // Two secrets that differ look alike once masked.
  if (!lines.some(line => line.startsWith('@@')))
    return `--- ${path}\n+++ ${path}\n(only masked values differ)\n`
  return lines.slice(lines.findIndex(line => line.startsWith('---'))).join('\n')
}

function shown(
  path: string,
  content: string | Uint8Array,
  places: readonly string[] = [],
): string | undefined {
  const plain = text(content)
  if (plain === undefined) return undefined
  if (/\.ya?ml$/.test(path)) return maskYaml(plain, places)
  return path.endsWith('.service') ? maskUnit(plain) : plain
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

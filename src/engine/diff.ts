/** What would change in a file, as unified text without its secrets. */
import { createTwoFilesPatch } from 'diff'

/**
 * Keys of upstream's configs whose values are secrets. The inventory's own secrets are masked wherever they stand;
 * this also covers the old file, whose secrets nobody has told promha.
 */
const secretKeys =
  /^(\s*(?:- )?["']?(?:\w*(?:password|passwd|secret|token|credentials|api_key|apikey|service_key|routing_key|app_key|user_key)\w*|api_url|webhook_url|private_key|key|authorization)["']?\s*:\s*)(?!(?:\|[-+]?|>[-+]?)?\s*$)\S.*$/i
const fileKeys = /_(?:file|ref)["']?\s*:/i

export function unifiedDiff(
  path: string,
  before: Buffer | undefined,
  after: string | Uint8Array,
): string | undefined {
  const old = before === undefined ? '' : text(before)
  const fresh = text(after)
  if (old === undefined || fresh === undefined) return undefined
  const patch = createTwoFilesPatch(
    before === undefined ? '/dev/null' : path,
    path,
    mask(old),
    mask(fresh),
    '',
    '',
    {
      context: 3,
    },
  )
  // The library's first line is a ruler; two secrets that differ look alike once masked.
  const lines = patch.split('\n').slice(1)
  return lines.some(line => line.startsWith('@@'))
    ? lines.join('\n')
    : `--- ${path}\n+++ ${path}\n(only masked values differ)\n`
}

function mask(content: string): string {
  return content
    .split('\n')
    .map(line => (fileKeys.test(line) ? line : line.replace(secretKeys, '$1<masked>')))
    .join('\n')
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

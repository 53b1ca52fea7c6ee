import { distance } from 'fastest-levenshtein'
import { defined } from './defined.ts'

/** The likeliest candidate, if one is close: a third of the letters may differ, their order too; a beginning or the same stem is close. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase()
  const allowed = Math.max(1, Math.floor(wanted.length / 3))
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  let longer: string | undefined
  let related: string | undefined
  for (const candidate of candidates) {
    const known = candidate.toLowerCase()
    if (isBeginning(wanted, known)) longer ??= candidate
    if (hasSameStem(wanted, known)) related ??= candidate
    // The difference in length is the least that the distance can be: most candidates end here.
    if (Math.abs(known.length - wanted.length) > allowed) continue
    const difference = isReordered(wanted, known) ? 1 : distance(wanted, known)
    if (difference <= allowed && difference < bestDistance) {
      best = candidate
      bestDistance = difference
    }
  }
  return best ?? longer ?? related
}

type Suggestion = { readonly remedy?: string }

/** `Did you mean "x"?`, or the fallback where no candidate is near. */
export function suggestion(name: string, candidates: Iterable<string>, fallback?: string): Suggestion {
  const near = nearest(name, candidates)
  return defined({ remedy: near === undefined ? fallback : `Did you mean ${JSON.stringify(near)}?` })
}

function isReordered(wanted: string, known: string): boolean {
  const sorted = (text: string) => [...text].sort().join('')
  return wanted !== known && wanted.length === known.length && sorted(wanted) === sorted(known)
}

function isBeginning(wanted: string, known: string): boolean {
  const shorter = Math.min(wanted.length, known.length)
  return shorter >= 3 && wanted.slice(0, shorter) === known.slice(0, shorter)
}

/** `store` and `storage`: more than half of either is the same beginning, of four letters at least. */
function hasSameStem(wanted: string, known: string): boolean {
  let shared = 0
  while (shared < wanted.length && wanted[shared] === known[shared]) shared += 1
  return shared >= 4 && shared * 2 > Math.max(wanted.length, known.length)
}

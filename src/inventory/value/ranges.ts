/** Ranges in names: `app-[01:06]`, `rack-[a:f]`. */
import { memberPlace } from '../text/place.ts'

const pattern = /\[([0-9]+|[a-z]|[A-Z]):([0-9]+|[a-z]|[A-Z])\]/g

const most = 10_000

type Expansion = { readonly values: readonly string[] } | { readonly fault: string }

/** The number of values of each range of a text, in the order of the text; a fault if one is invalid. */
export function rangeLengths(
  text: string,
): { readonly lengths: readonly number[] } | { readonly fault: string } {
  const lengths: number[] = []
  for (const [whole, from = '', to = ''] of text.matchAll(pattern)) {
    const fault = faultOf(whole, from, to)
    if (fault !== undefined) return { fault }
    lengths.push(span(from, to))
  }
  return { lengths }
}

/** All values of a text with ranges, which advance together: `r[1:2]-[a:b]` is `r1-a`, `r2-b`. Leading zeros are kept. */
export function expandRange(text: string): Expansion {
  const found = rangeLengths(text)
  if ('fault' in found) return found
  const [length = 1, ...rest] = found.lengths
  const other = rest.find(next => next !== length)
  if (other !== undefined) return { fault: `its ranges differ in length: ${length} and ${other}` }
  return { values: Array.from({ length }, (_, index) => valueAt(text, index)) }
}

/** The text with each of its ranges replaced by the range's value at this index, from 0. */
export function valueAt(text: string, index: number): string {
  return text.replace(pattern, (_, from: string) => {
    if (!isNumber(from)) return String.fromCharCode(from.charCodeAt(0) + index)
    return String(Number(from) + index).padStart(from.length, '0')
  })
}

/** A map with every range in its texts replaced by the range's value at this index; secrets stay as they are. */
export function inStep<T extends object>(owner: T, index: number): T {
  return Object.fromEntries(
    Object.entries(owner).map(([field, value]) => {
      const ranged = typeof value === 'string' && !memberPlace(owner, field)?.secret
      return [field, ranged ? valueAt(value, index) : value]
    }),
  ) as T
}

function faultOf(whole: string, from: string, to: string): string | undefined {
  if (isNumber(from) !== isNumber(to)) return `${whole} mixes a number and a letter`
  if (!isNumber(from) && /[a-z]/.test(from) !== /[a-z]/.test(to))
    return `${whole} mixes small and capital letters`
  if (from.startsWith('0') && from.length > 1 && from.length !== to.length) {
    return `${whole} has leading zeros, so both ends need the same number of digits`
  }
  if (span(from, to) < 1) return `${whole} runs backwards`
  return span(from, to) > most ? `${whole} expands to more than ${most} values` : undefined
}

function span(from: string, to: string): number {
  return isNumber(from) ? Number(to) - Number(from) + 1 : to.charCodeAt(0) - from.charCodeAt(0) + 1
}

function isNumber(text: string): boolean {
  return /^[0-9]/.test(text)
}

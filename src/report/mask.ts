/** Secrets leave through no renderer: events and outcomes pass here before any of them sees them. */

/** Words of promha's own, which a renderer decides by and which hold nothing of the user's. */
const own = new Set([
  'type',
  'stage',
  'unit',
  'status',
  'action',
  'effect',
  'severity',
  'component',
  'result',
  'command',
])

/** A copy of plain data with every string passed through `hide`, except promha's own words. */
export function mask<T>(value: T, hide: (text: string) => string): T {
  return masked(value, hide) as T
}

function masked(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === 'string') return hide(value)
  if (Array.isArray(value)) return value.map(item => masked(item, hide))
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      own.has(key) && typeof item === 'string' ? item : masked(item, hide),
    ]),
  )
}

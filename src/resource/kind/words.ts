/** Words that several kinds read in listings and know as promha's own names. */
import { definitions } from '../../../roles/index.ts'
import type { Effect } from '../model.ts'

/** A group of a regular expression. */
export function oneOf(all: readonly (string | undefined)[]): string {
  return `(${[...new Set(all)].filter(one => one !== undefined).join('|')})`
}

/** Names of directories of configs. */
export const ownConfigs = oneOf([
  ...definitions.flatMap(({ name, release }) => (release ? [name] : [])),
  ...['promha', '\\w+_exporter'],
])

export function modeOf(octal: string | undefined): number | undefined {
  const mode = Number.parseInt(octal ?? '', 8)
  return Number.isNaN(mode) ? undefined : mode
}

export function isEffect(word: string | undefined): word is Effect {
  return word === 'none' || word === 'reload' || word === 'restart'
}

export function isHash(word: string | undefined): word is string {
  return /^[0-9a-f]{64}$/.test(word ?? '')
}

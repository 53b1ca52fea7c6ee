/** `--enable-feature`: what promha needs, beside what the user wants. */
import type { Flags } from '../src/inventory/model.ts'

const flag = 'enable-feature'

/** The flags with a feature more; each feature stands there once, the user's after it. */
export function withFeature(flags: Flags, feature: string): Flags {
  // The user may write one text with commas, or a list.
  const given = [flags[flag] ?? ''].flat().flatMap(words => String(words).split(','))
  const others = given.map(name => name.trim()).filter(name => name !== '' && name !== feature)
  return { ...flags, [flag]: [...new Set([feature, ...others])].join(',') }
}

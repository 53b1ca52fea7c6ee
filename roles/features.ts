/** `--enable-feature`: what promha needs, in addition to what the user wants. */
import { featuresOf } from '../src/inventory/flags.ts'
import type { Flags } from '../src/inventory/model.ts'

/** The flags with one more feature, before the user's own. Each feature is named once. */
export function withFeature(flags: Flags, feature: string): Flags {
  return { ...flags, 'enable-feature': [...new Set([feature, ...featuresOf(flags)])].join(',') }
}

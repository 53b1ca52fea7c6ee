import type { ServiceResource } from '../model.ts'
import type { ResourceKind } from './kind.ts'

/** Compared as a whole with what it runs: see `src/plan/service.ts`. */
export const serviceKind: ResourceKind<ServiceResource> = {
  observe: ({ unit }) => ({ units: [unit] }),
  differ: () => undefined,
  effect: () => 'none',
  own: () => undefined,
  isThere: () => false,
  seen: () => '',
  attributes: () => [],
  words: [],
  list: () => [],
  unlist: () => undefined,
  owns: {},
}

/** Mimir as a long-term store. */
import { buildRing, type RingSettings, type RingText, ringSchema } from '../ring/settings.ts'
import { ringLayout } from '../ring/store.ts'
import type { StoreDefinition } from '../storage/store.ts'
import { mimir } from './component.ts'
import { mimirRing as kind } from './kind.ts'

declare module '../storage/store.ts' {
  interface Stores {
    mimir: { text: RingText; settings: RingSettings }
  }
}

export const mimirStore: StoreDefinition<'mimir'> = {
  key: 'mimir',
  schema: ringSchema,
  build: (text, cell, context) => buildRing(kind, text, cell, context),
  rules: 'mimir/rules/mimir.yml',
  components: [mimir],
  layout: settings => ringLayout(kind, settings),
}

/** Cortex as a long-term store. */
import { buildRing, type RingSettings, type RingText, ringSchema } from '../ring/settings.ts'
import { ringLayout } from '../ring/store.ts'
import type { StoreDefinition } from '../storage/store.ts'
import { cortex } from './component.ts'
import { cortexRing as kind } from './kind.ts'

declare module '../storage/store.ts' {
  interface Stores {
    cortex: { text: RingText; settings: RingSettings }
  }
}

export const cortexStore: StoreDefinition<'cortex'> = {
  key: 'cortex',
  schema: ringSchema,
  build: (text, cell, context) => buildRing(kind, text, cell, context),
  rules: 'cortex/rules/cortex.yml',
  components: [cortex],
  layout: settings => ringLayout(kind, settings),
}

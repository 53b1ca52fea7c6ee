import * as t from '../../src/inventory/schema/schema-words.ts'
import type { CellPart } from '../part.ts'

/** Never on by default, so `enabled` is required. */
const schema = t.noted(t.exactly({ enabled: t.yesOrNo }), {
  form: value => `{ enabled: ${value !== false} }`,
})

declare module '../../src/inventory/model.ts' {
  interface Parts {
    /** promha's ports are open only to hosts that need them. */
    firewall: { text: t.TextOf<typeof schema>; settings: true }
  }
}

export const part: CellPart<'firewall'> = {
  key: 'firewall',
  schema,
  build: ({ enabled }) => enabled || undefined,
}

/** `storage:` of a cell: its long-term stores. */
import * as t from '../../src/inventory/schema/schema-words.ts'
import { atKey, rejectedOf } from '../../src/inventory/text/place.ts'
import type { CellPart } from '../part.ts'
import { storageProblem } from './messages.ts'
import type { StorageSettings, Stores } from './store.ts'
import { stores } from './stores.ts'

type StorageText = { readonly [K in keyof Stores]?: Stores[K]['text'] | null | undefined } & {
  readonly cell?: string | null | undefined
}

declare module '../../src/inventory/model.ts' {
  interface Parts {
    storage: { text: StorageText; settings: StorageSettings }
  }
}

export const storagePart: CellPart<'storage'> = {
  key: 'storage',
  entries: true,
  upstream: ['objstore.**'],
  names: { instead: ['objstore'] },
  schema: t.keys({
    cell: t.text,
    ...Object.fromEntries(stores.map(({ key, schema }) => [key, schema])),
  }) as t.PartSchema,
  build: (text, cell, context, whole) => {
    if (Object.values(text).every(one => one == null) && rejectedOf(text).size === 0) {
      const place = atKey(whole, 'storage')
      context.problems.push(
        storageProblem.noStore(
          place,
          cell.name,
          stores.map(({ key }) => key),
        ),
      )
    }
    const built = stores.flatMap(store => {
      const said = text[store.key]
      const settings = said && store.build(said, cell, context)
      return settings ? [[store.key, settings] as const] : []
    })
    const shared = text.cell == null ? {} : { cell: text.cell }
    const all = { ...Object.fromEntries(built), ...shared }
    return Object.keys(all).length > 0 ? all : undefined
  },
}

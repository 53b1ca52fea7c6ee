/** The shape of an inventory. Rules between fields are checked by the code that builds the parts. */
import { cellParts } from '../cell/parts.ts'
import type { CellText } from '../model.ts'
import * as t from './schema-words.ts'

const sshKeys = {
  user: t.text,
  port: t.number,
  identity: t.text,
  sudo: t.either([t.yesOrNo, t.exactly({ password: t.text, same_for: t.maybe(t.texts) })]),
  jump: t.text,
  known_hosts: t.text,
  host_key: t.text,
  config: t.either([t.text, t.only(false)]),
}
const sshOfHost = t.keys({ ...sshKeys, host: t.text })

/** Losses that are accepted where promha takes over what is there already. */
const adopt = t.noted(t.keys({ accept: t.texts }), { form: () => '{ accept: [data_path] }' })

const host = t.keys({ address: t.text, adopt, labels: t.labels, ssh: sshOfHost })

const cellKeys = t.keys({ hosts: t.texts, adopt, allow_shared_host: t.yesOrNo })
// A part with nothing after the colon is an error: it could mean "with the defaults" as well as "none".
const partKeys = Object.fromEntries(cellParts.map(({ key, schema }) => [key, t.optional(schema)]))
const cell = t.exactly({ ...cellKeys.shape, ...partKeys })

export const inventorySchema = t.keys({
  promha: t.number,
  ssh: t.keys(sshKeys),
  artifacts: t.keys({
    from: t.text,
    suite: t.text,
    cache: t.text,
    keyring: t.text,
    components: t.mapOf(t.nullable(t.keys({ from: t.text, suite: t.text }))),
  }),
  versions: t.mapOf(t.maybe(t.text)),
  hosts: t.mapOf(t.nullable(host)),
  groups: t.mapOf(t.texts),
  defaults: cell as t.PartSchema<CellText>,
  cells: t.mapOf(t.nullable(cell as t.PartSchema<CellText>)),
})

export type InventoryText = t.TextOf<typeof inventorySchema>
export type SshText = t.TextOf<typeof sshOfHost>
export type AdoptText = t.TextOf<typeof adopt>
export type HostText = t.TextOf<typeof host>

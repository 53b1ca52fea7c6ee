/** What a check sees of an instance, with the user's own files behind it. */
import type { Cell, Inventory } from '../inventory/model.ts'
import { bundleFiles } from '../plan/bundle.ts'
import { isStored } from '../resource/hash.ts'
import type { BundleCheck, Instance } from '../resource/model.ts'
import type { BundleFile, Judged } from './refusal.ts'

/** The bundle of a check; what lies on the host only is left out: it was judged when it was new. */
export function judgedBundle(instance: Instance, check: BundleCheck, inventory: Inventory): Judged {
  const cell = inventory.cells.find(({ name }) => name === instance.cell)
  const paths = userPaths(cell)
  const files = bundleFiles(instance, check).flatMap(({ name, content, value }): readonly BundleFile[] => {
    const path = paths.get(name)
    if (isStored(content)) return []
    return [{ name, content, value, ...(path === undefined ? {} : { path }) }]
  })
  return { check, component: instance.component, files, cell }
}

/** By the names that they have on the host. */
function userPaths(cell: Cell | undefined): ReadonlyMap<string, string> {
  const { rules = [], files = [] } = cell?.prometheus ?? {}
  const shipped = [...rules, ...files, ...(cell?.alertmanager?.templates ?? [])]
  return new Map(shipped.map(({ name, path }) => [name, path]))
}

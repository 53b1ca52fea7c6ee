/** What a check sees of an instance, with the user's own files behind it. */
import type { Cell, Inventory, JobFile, ShippedFile } from '../inventory/model.ts'
import { bundleFiles } from '../plan/bundle.ts'
import { isStored } from '../resource/hash.ts'
import type { BundleCheck, Instance } from '../resource/model.ts'
import type { BundleFile, Judged } from './refusal.ts'

/** The bundle of a check; what lies on the host only is left out: it was judged when it was new. */
export function judgedBundle(instance: Instance, check: BundleCheck, inventory: Inventory): Judged {
  const cell = inventory.cells.find(({ name }) => name === instance.cell)
  const shipped = userFiles(cell)
  const files = bundleFiles(instance, check).flatMap(({ name, content, value }): readonly BundleFile[] => {
    return isStored(content) ? [] : [{ name, content, value, ...shipped.get(name) }]
  })
  return {
    ...{ check, component: instance.component, files, cell },
    ...(inventory.artifacts.kind === 'debian' ? { debian: true as const } : {}),
  }
}

/** By the names that they have on the host. What is under `files:` may be a key, so nothing of it is shown. */
function userFiles(cell: Cell | undefined): ReadonlyMap<string, Pick<BundleFile, 'path' | 'concealed'>> {
  const parts = [cell?.prometheus, cell?.alertmanager, cell?.blackbox].flatMap(part =>
    Object.entries(part ?? {}),
  )
  const shipped = parts.flatMap(([key, part]) =>
    Array.isArray(part)
      ? part.filter(isShipped).map(({ name, path, outside }) => {
          const concealed = key === 'files' || outside === true
          return [name, { path, ...(concealed ? { concealed } : {}) }] as const
        })
      : [],
  )
  return new Map(shipped)
}

function isShipped(value: unknown): value is ShippedFile {
  const { name, path, content, changed } = (value ?? {}) as Partial<JobFile>
  // A file of jobs without some of them is written by promha.
  return !changed && typeof name === 'string' && typeof path === 'string' && content !== undefined
}

/** What a check sees of an instance, with the user's own files behind it. */
import { knownDefinition } from '../../roles/index.ts'
import type { JobFile } from '../../roles/prometheus/settings/schema.ts'
import { filesOn } from '../inventory/cell/words-on.ts'
import type { Cell, Inventory, UserFile } from '../inventory/model.ts'
import { bundleFiles } from '../plan/bundle.ts'
import { isStored } from '../resource/hash.ts'
import type { BundleCheck, Instance } from '../resource/model.ts'
import type { BundleFile, Judged } from './refusal.ts'

/** The bundle of a check; what lies on the host only is left out: it was judged when it was new. */
export function judgedBundle(instance: Instance, check: BundleCheck, inventory: Inventory): Judged {
  const cell = inventory.cells.find(({ name }) => name === instance.cell)
  const known = userFiles(instance, cell)
  const files = bundleFiles(instance, check).flatMap((file): readonly BundleFile[] => {
    const { content } = file
    return isStored(content) ? [] : [{ ...file, content, ...known.get(`${check.root}/${file.name}`) }]
  })
  return {
    ...{ check, component: instance.component, files, cell },
    ...(inventory.artifacts.kind === 'debian' ? { debian: true as const } : {}),
  }
}

/** By their paths on the host. What is under `files:` may be a key, so nothing of it is shown. */
function userFiles({ host, component }: Instance, cell: Cell | undefined) {
  const settings = cell && (knownDefinition(component)?.settings?.(cell) ?? cell.exporters?.[component])
  if (settings === undefined) return new Map()
  const entry = ({ name, path, outside }: UserFile, concealed = outside) =>
    [`/etc/${component}/${name}`, { path, ...(concealed ? { concealed } : {}) }] as const
  const own = Object.values(settings).flatMap(part => (Array.isArray(part) ? part.filter(isUserFile) : []))
  return new Map([...own.map(file => entry(file)), ...filesOn(settings, host).map(file => entry(file, true))])
}

function isUserFile(value: unknown): value is UserFile {
  const { name, path, content, changed } = (value ?? {}) as Partial<JobFile>
  // A file of jobs without some of them is written by promha.
  return !changed && typeof name === 'string' && typeof path === 'string' && content !== undefined
}

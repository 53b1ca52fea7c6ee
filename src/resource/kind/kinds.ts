/** The registry of the kinds of resources. */
import type { Resource } from '../model.ts'
import type { Owned } from '../observed.ts'
import { directoryKind } from './directory.ts'
import { fileKind } from './file.ts'
import type { OwnedKind, Placement, ResourceKind, Staged } from './kind.ts'
import { packageKind } from './package.ts'
import { programKind } from './program.ts'
import { serviceKind } from './service.ts'
import { treeKind } from './tree.ts'
import { unitKind } from './unit.ts'
import { userKind } from './user.ts'

const byKind: { readonly [K in Resource['kind']]: ResourceKind<Extract<Resource, { kind: K }>> } = {
  package: packageKind,
  user: userKind,
  directory: directoryKind,
  program: programKind,
  tree: treeKind,
  file: fileKind,
  unit: unitKind,
  service: serviceKind,
}

export const resourceKinds = Object.values(byKind) as readonly ResourceKind[]

export function resourceKind(resource: Resource): ResourceKind {
  return byKind[resource.kind] as ResourceKind
}

/** How one item of a change program is put in place. */
export function placementOf({ kind }: Staged): Placement {
  const { placement } = byKind[kind]
  if (!placement) throw new Error(`nothing of ${kind} is put in place`)
  return placement
}

/** What may stand in a manifest. */
export const ownedKinds = Object.assign({}, ...resourceKinds.map(({ owns }) => owns)) as Readonly<
  Record<Owned['kind'], OwnedKind>
>

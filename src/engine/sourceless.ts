/** Validation where the source of the programs does not answer, so that not even its versions are known. */

import { buildInstances } from '../../roles/instances.ts'
import { defaultVersion } from '../artifact/catalog.ts'
import { AbsentError, type Artifacts, UnfetchedError } from '../artifact/model.ts'
import type { Inventory } from '../inventory/model.ts'
import type { Instance } from '../resource/model.ts'
import { buildTopology } from '../topology/build.ts'

/**
 * The instances as for the versions that this promha brings by default, and artifacts that refuse everything with the
 * cause. Throws the cause if it is anything else than a source that does not answer.
 */
export function withoutSource(
  cause: unknown,
  inventory: Inventory,
): { readonly artifacts: Artifacts; readonly instances: readonly Instance[] } {
  if (!(cause instanceof UnfetchedError) || cause instanceof AbsentError) throw cause
  const version: Artifacts['version'] = component =>
    inventory.versions[component] ?? defaultVersion(component)
  const refuse = async () => {
    throw cause
  }
  return {
    artifacts: {
      version,
      release: refuse,
      compressed: refuse,
      ground: refuse,
      local: refuse,
      save: async () => {},
    },
    instances: buildInstances(inventory, buildTopology(inventory), version),
  }
}

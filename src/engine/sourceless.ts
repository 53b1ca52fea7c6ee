/** Validation without the source of the programs: promha's default versions are used if it cannot be reached. */

import { buildInstances } from '../../roles/instances.ts'
import { AbsentError, type Artifacts, UnfetchedError } from '../artifact/model.ts'
import type { Inventory } from '../inventory/model.ts'
import { releaseIn } from '../inventory/own-releases.ts'
import type { Instance } from '../resource/model.ts'
import { buildTopology } from '../topology/build.ts'

/**
 * The instances with promha's default versions, and artifacts whose every request fails with the cause. Throws the cause
 * unless it says that the source cannot be reached.
 */
export function withoutSource(
  cause: unknown,
  inventory: Inventory,
): { readonly artifacts: Artifacts; readonly instances: readonly Instance[] } {
  if (!(cause instanceof UnfetchedError) || cause instanceof AbsentError) throw cause
  const version: Artifacts['version'] = component =>
    inventory.versions[component] ?? releaseIn(inventory, component).version
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

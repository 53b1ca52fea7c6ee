/** Validation without the source of the programs: promha's default versions are used if it cannot be reached. */
import { buildInstances } from '../../../roles/instances.ts'
import { AbsentError, type Artifacts, UnfetchedError } from '../../artifact/model.ts'
import { releaseIn } from '../../inventory/artifact/own-releases.ts'
import type { Inventory } from '../../inventory/model.ts'
import type { Instance } from '../../resource/model.ts'
import { buildTopology } from '../../topology/build.ts'

/** Instances of promha's default versions, and artifacts that always fail. Throws any cause but an unreachable source. */
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
      available: refuse,
      compressed: refuse,
      ground: refuse,
      local: refuse,
      save: async () => {},
    },
    instances: buildInstances(inventory, buildTopology(inventory), version),
  }
}

import type { ComponentChecks } from '../checks/facet.ts'
import { api } from './answers.ts'
import { sample } from './metrics.ts'

/** How a program confirms its config that counts its reloads in metrics, as most do that have one. */
export function loadedByMetrics(program: string): NonNullable<ComponentChecks['loaded']> {
  return async get => {
    const body = await get(api.metrics)
    return {
      succeeded: sample(body, `${program}_config_last_reload_successful`) === 1,
      at: sample(body, `${program}_config_last_reload_success_timestamp_seconds`) ?? 0,
    }
  }
}

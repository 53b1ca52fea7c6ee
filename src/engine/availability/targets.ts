/** A Prometheus' targets, as far as two lists of them are compared. */
import { intervalOf } from '../../inventory/value/duration.ts'
import { api, type Target } from '../../verify/answer/answers.ts'
import type { Get } from '../../verify/checks/facet.ts'

interface TargetSeen {
  readonly key: string
  /** `node app-01:9100` */
  readonly label: string
  readonly up: boolean
  /** The last scrape went wrong; neither this nor `up` before the first one. */
  readonly down: boolean
  readonly lastError: string
  /** Milliseconds between two scrapes. */
  readonly interval: number
}

/** By pool and URL: what the same target is called where only its labels change. */
export type Targets = ReadonlyMap<string, TargetSeen>

/** Milliseconds in which a target is awaited; one that is scraped more rarely need not have been scraped by then. */
export const most = 300_000
/** Undefined where it does not answer with its targets. */
export async function targetsOf(get: Get): Promise<Targets | undefined> {
  return get(api.targets).then(targetsIn, () => undefined)
}

/** Of two with the same pool and URL, one that is up stands for both. */
export function targetsIn(active: readonly Target[]): Targets {
  const found = new Map<string, TargetSeen>()
  for (const { scrapePool, scrapeUrl, labels, health, lastError, scrapeInterval } of active) {
    const key = `${scrapePool} ${scrapeUrl}`
    if (found.get(key)?.up) continue
    found.set(key, {
      key,
      label: `${scrapePool} ${labels.instance ?? scrapeUrl}`,
      up: health === 'up',
      down: health === 'down',
      lastError,
      interval: intervalOf(scrapeInterval),
    })
  }
  return found
}

/** Labels of targets that were up and should be now. One that the twin sees down too, or that left with the config, is not missed. */
export function missingTargets(
  before: Targets,
  now: Targets,
  twin: Targets | undefined,
  sameConfig: boolean,
): readonly string[] {
  const missing = [...before.values()].filter(target => {
    if (!target.up) return false
    const seen = now.get(target.key)
    if (seen === undefined) return sameConfig && twin?.get(target.key)?.up === true
    if (!seen.up && !seen.down && seen.interval >= most) return false
    return !seen.up && twin?.get(target.key)?.down !== true
  })
  return missing.map(target => target.label)
}

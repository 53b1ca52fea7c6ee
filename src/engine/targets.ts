/** A Prometheus' targets, as far as two lists of them are compared. */
import { intervalOf } from '../inventory/duration.ts'
import { data, paths, readAnswer, type Target } from '../verify/answers.ts'
import type { Ask } from '../verify/model.ts'

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
/** What stands before every path: `/-/ready` is behind it too. */
export function prefixOf(readyPath: string): string {
  return readyPath.endsWith(paths.ready) ? readyPath.slice(0, -paths.ready.length) : ''
}

/** Rejects where it does not answer with its targets. */
export async function targetsAt(
  ask: Ask,
  host: string,
  address: string,
  port: number,
  prefix: string,
): Promise<Targets> {
  const { status, body } = await ask(host, address, port, `${prefix}${paths.targets}`)
  if (status !== 200) throw new Error(`${prefix}${paths.targets} answers ${status}`)
  return targetsIn(data<{ activeTargets: readonly Target[] }>(readAnswer(paths.targets, body)).activeTargets)
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

/**
 * Labels of the targets that were up before and should be now. Left out are those that the twin sees down as well,
 * and those that are gone, unless nothing of the config changed and the twin still sees them up.
 */
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

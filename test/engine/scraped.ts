/** Targets as Prometheus tells them. */
import { type Targets, targetsIn } from '../../src/engine/availability/targets.ts'
import type { Target } from '../../src/verify/answer/answers.ts'

export type Health = Target['health']
type Scraped = Readonly<Record<string, Health>>

/** `{ 'app-01': 'up' }` as the list of its API. */
export function activeTargets(scraped: Scraped, scrapeInterval = '15s') {
  return Object.entries(scraped).map(([host, health]) => ({
    discoveredLabels: {},
    labels: { instance: `${host}:9100` },
    scrapePool: 'node',
    scrapeUrl: `http://${host}:9100/metrics`,
    lastError: health === 'down' ? 'connection refused' : '',
    health,
    scrapeInterval,
  }))
}

export function targets(scraped: Scraped, scrapeInterval?: string): Targets {
  return targetsIn(activeTargets(scraped, scrapeInterval))
}

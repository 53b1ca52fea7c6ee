/** After a change only those scrapes prove anything that were begun later: what is older was of what there was before. */
import { intervalOf } from '../inventory/duration.ts'
import { paths, readTime, type Target } from './answers.ts'
import type { VerifyInput } from './input.ts'
import { AskError } from './model.ts'
import { targetsOf } from './targets.ts'
import type { Need } from './view.ts'

/** An answer as it counts. */
export type Refine = (need: Need, body: unknown) => Promise<unknown>

/** Its scrapes are told by the clock of its own host, so that is what they are compared with. */
const timePath = '/api/v1/query?query=time()'

/** Milliseconds by which a scrape may be later, or take longer, than the one before. */
const lateness = 2_000

/**
 * Counts a target as not scraped yet until Prometheus has scraped it anew since it was first asked here. Rejects with
 * an AskError where it does not tell its time.
 */
export function scrapedSince({ ask, patience }: Pick<VerifyInput, 'ask' | 'patience'>): Refine {
  const begun = new Map<string, number>()
  const timeOf = async ({ program: { host, local }, path }: Need): Promise<number> => {
    const prefix = path.slice(0, -paths.targets.length)
    const { status, body } = await ask(host, local.address, local.port, `${prefix}${timePath}`)
    if (status !== 200) throw new AskError('failed', `it does not tell its time (${status})`)
    return readTime(body) * 1000
  }
  return async (need, body) => {
    const active = targetsIn(need, body)
    if (!active) return body
    const { host, local } = need.program
    const key = `${host} ${local.address} ${local.port}`
    const since = begun.get(key) ?? (await timeOf(need))
    begun.set(key, since)
    return { data: { activeTargets: active.map(target => counted(target, since, patience)) } }
  }
}

function targetsIn({ path }: Need, body: unknown): readonly Target[] | undefined {
  if (!path.endsWith(paths.targets)) return undefined
  return targetsOf(body)
}

function counted(target: Target, since: number, patience: number): Target {
  const { health, lastScrape, lastScrapeDuration = 0, lastError, scrapeInterval } = target
  if (health === 'unknown') return target
  const scraped = Date.parse(lastScrape ?? '')
  // That a program refuses what it is asked is no matter of time.
  if (scraped >= since) return { ...target, lasting: /HTTP status 4\d\d/.test(lastError) }
  const next = scraped + intervalOf(scrapeInterval)
  // What is scraped too rarely to be awaited is neither failed for that nor waited for in vain.
  if (next + lastScrapeDuration * 1000 + lateness > since + patience) return { ...target, older: true }
  return { ...target, health: 'unknown', lastError: 'not scraped since the change' }
}

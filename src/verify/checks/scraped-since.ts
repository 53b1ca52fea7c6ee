/** After a change only those scrapes prove anything that were begun later: what is older was of what there was before. */
import { intervalOf } from '../../inventory/value/duration.ts'
import { api, type Target } from '../answer/answers.ts'
import type { HttpQuestion } from '../ask/question.ts'
import type { VerifyInput } from '../input.ts'
import { AskError } from '../model.ts'

/** An answer as it counts. */
export type Refine = <A>(question: HttpQuestion<A>, answer: A) => Promise<A>

/** Milliseconds by which a scrape may be later, or take longer, than the one before. */
const lateness = 2_000

/** A target counts as not scraped until it was scraped since first asked here. Rejects if Prometheus does not tell its time. */
export function scrapedSince({ ask, patience }: Pick<VerifyInput, 'ask' | 'patience'>): Refine {
  const begun = new Map<string, number>()
  // Its scrapes are told by the clock of its own host, so that is what they are compared with.
  const timeOf = async ({ program: { host, local }, path }: HttpQuestion): Promise<number> => {
    const prefix = path.slice(0, -api.targets.path.length)
    const { status, body } = await ask(host, local.address, local.port, `${prefix}${api.time.path}`)
    if (status !== 200) throw new AskError('failed', `it does not tell its time (${status})`)
    return api.time.read(body) * 1000
  }
  return async <A>(question: HttpQuestion<A>, answer: A) => {
    if (!question.path.endsWith(api.targets.path)) return answer
    const { host, local } = question.program
    const key = `${host} ${local.address} ${local.port}`
    const since = begun.get(key) ?? (await timeOf(question))
    begun.set(key, since)
    return (answer as readonly Target[]).map(target => counted(target, since, patience)) as A
  }
}

function counted(target: Target, since: number, patience: number): Target {
  const { health, lastScrape, lastScrapeDuration = 0, lastError, scrapeInterval } = target
  if (health === 'unknown') return target
  const scraped = Date.parse(lastScrape ?? '')
  // That a program refuses what it is asked is no matter of time.
  if (scraped >= since) return { ...target, lasting: /HTTP status 4\d\d/.test(lastError) }
  const next = scraped + intervalOf(scrapeInterval)
  // What is scraped too rarely to be awaited neither fails for that nor is waited for.
  if (next + lastScrapeDuration * 1000 + lateness > since + patience) return { ...target, older: true }
  return { ...target, health: 'unknown', lastError: 'not scraped since the change' }
}

/** The soak: what was restarted while it served has to go on as well as before, for a while. */

import { few } from '../diagnostic/few.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Instance } from '../resource/model.ts'
import { resourceId } from '../resource/model.ts'
import { type Ask, AskError } from '../verify/model.ts'
import { brief } from '../verify/text.ts'
import { missingTargets, most, prefixOf, type Targets, targetsAt } from './targets.ts'

/** Milliseconds: a unit that crashes is seen to, even one that takes some seconds for it. */
const least = 8_000
/** Milliseconds between two looks. */
const interval = 1_000
/** Milliseconds between two lists of targets where a list is long. */
const longInterval = 5_000
const longList = 500
/** Looks in a row without an answer that says ready: one may be lost on a busy host. */
const patience = 3
/** Targets named in a problem. */
const shown = 10

export interface Clock {
  /** Milliseconds. */
  now(): number
  pause(milliseconds: number): Promise<void>
}

/** What an instance did before its change, which it is to do again. */
export interface Before {
  /** Of a Prometheus only. */
  readonly targets?: Targets
  /** What it scrapes is said by the same files as before. */
  readonly sameConfig: boolean
  /** The targets as the others of its pair see them now; undefined where none can be asked. */
  readonly twins: () => Promise<Targets | undefined>
}

interface SoakRequest {
  readonly instance: Instance
  readonly before: Before
  readonly ask: Ask
  readonly clock: Clock
  /** When it was ready, by the clock. */
  readonly began: number
  readonly signal: AbortSignal
  /** Told how far it is, each time that changes. */
  readonly onWait: (note: string) => void
}

/**
 * undefined once it was ready throughout, and all targets that were up before are up again: for two scrape intervals
 * and at least 8 s, at most for 5 minutes. Whether the unit stays active is another's to watch. undefined too where the
 * signal is aborted.
 */
export async function soak(request: SoakRequest): Promise<Problem | undefined> {
  const { before, clock, began, signal, onWait } = request
  const had = [...(before.targets?.values() ?? [])].filter(target => target.up)
  // A list may be longer than a call takes arguments.
  const longest = had.reduce((so, { interval }) => Math.max(so, interval), 0)
  const duration = Math.min(most, Math.max(least, 2 * longest))
  const every = (before.targets?.size ?? 0) > longList ? longInterval : interval
  let misses = 0
  let told = ''
  let seen: Targets | undefined
  let asked = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    const unready = await readiness(request)
    misses = unready === undefined ? 0 : misses + 1
    if (unready !== undefined && misses >= patience) return notReady(request, unready)
    const left = duration - (clock.now() - began)
    if (had.length > 0 && unready === undefined && (left <= 0 || clock.now() - asked >= every)) {
      asked = clock.now()
      seen = await targetsNow(request).catch(() => undefined)
    }
    const lost = left > 0 || had.length === 0 ? [] : await lostTargets(request, seen)
    if (left <= 0 && misses === 0 && lost?.length === 0) return undefined
    if (clock.now() - began >= most) return tooFew(request, lost ?? had.map(target => target.label), seen)
    const note = `soaks: ${[counted(had, seen), awaited(left, lost)].filter(part => part !== '').join(', ')}`
    if (note !== told) onWait(note)
    told = note
    await clock.pause(left > 0 ? Math.min(interval, left) : interval)
  }
  return undefined
}

/** Why it is not ready; undefined where it is, or where nothing can ask it. */
async function readiness({ ask, instance }: SoakRequest): Promise<string | undefined> {
  const { address, port, readyPath, loaded } = instance.health
  if (loaded === 'unit') return undefined
  try {
    const { status } = await ask(instance.host, address, port, readyPath)
    return status === 200 ? undefined : `${readyPath} answers ${status}`
  } catch (cause) {
    if (cause instanceof AskError && cause.reason === 'impossible') return undefined
    return cause instanceof Error ? cause.message : String(cause)
  }
}

async function targetsNow({ ask, instance }: SoakRequest): Promise<Targets> {
  const { address, port, readyPath } = instance.health
  return targetsAt(ask, instance.host, address, port, prefixOf(readyPath))
}

/** Labels of those that were up and should be; undefined where that is not known. */
async function lostTargets(
  { before }: SoakRequest,
  seen: Targets | undefined,
): Promise<readonly string[] | undefined> {
  if (seen === undefined || before.targets === undefined) return undefined
  const gone = before.sameConfig && [...before.targets].some(([key, { up }]) => up && !seen.has(key))
  if (!gone && missingTargets(before.targets, seen, undefined, before.sameConfig).length === 0) return []
  return missingTargets(before.targets, seen, await before.twins(), before.sameConfig)
}

function counted(had: readonly { readonly key: string }[], seen: Targets | undefined): string {
  if (had.length === 0 || seen === undefined) return ''
  return `${had.filter(({ key }) => seen.get(key)?.up).length} of ${had.length} targets up`
}

function awaited(left: number, lost: readonly string[] | undefined): string {
  // A log wants no line a second.
  const step = left > 10_000 ? 5 : 1
  if (left > 0) return `${Math.ceil(left / 1000 / step) * step} s left`
  return lost === undefined || lost.length === 0 ? 'waits for its answer' : `waits for ${few(lost, 3)}`
}

function notReady({ instance }: SoakRequest, why: string): Problem {
  return error(`${instance.component} was ready and did not stay so: ${why}`, {
    host: instance.host,
    resource: resourceId(instance.service),
  })
}

function tooFew(
  { instance, before }: SoakRequest,
  lost: readonly string[],
  seen: Targets | undefined,
): Problem {
  const had = [...(before.targets?.values() ?? [])].filter(target => target.up).length
  const why = [...(seen?.values() ?? [])]
    .filter(target => lost.includes(target.label) && !target.up)
    .map(({ label, lastError }) => `${label}: ${lastError === '' ? 'not scraped yet' : brief(lastError)}`)
  return error(
    `${lost.length} of ${had} targets that were up before are not up ${most / 60_000} minutes after the change`,
    {
      host: instance.host,
      resource: resourceId(instance.service),
      detail: why.length > 0 ? why.slice(0, shown).join('\n') : few(lost, shown),
      remedy: `see what keeps ${instance.component} on ${instance.host} from scraping them, then run the command again`,
    },
  )
}

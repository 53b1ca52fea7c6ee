/** The soak: what was restarted while it served has to go on as well as before, for a while. */
import { listFirst } from '../../diagnostic/list-first.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { atInstance } from '../../resource/model.ts'
import { brief } from '../../verify/answer/text.ts'
import { getFrom } from '../../verify/ask/get.ts'
import { AskError } from '../../verify/model.ts'
import { poll } from '../../wait/poll.ts'
import { missingTargets, most, type Targets, targetsOf } from '../availability/targets.ts'
import { gateProblem } from '../messages.ts'
import type { ConnectedRequest } from './connected.ts'

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

/** What an instance did before its change, which it is to do again. */
export interface SteadyState {
  /** Of a Prometheus only. */
  readonly targets?: Targets
  /** What it scrapes is said by the same files as before. */
  readonly sameConfig: boolean
  /** Milliseconds that it has to serve before another replica may stop; absent: nothing needs longer. */
  readonly handover?: number
  /** The targets as the others of its pair see them now; undefined where none can be asked. */
  readonly twins: () => Promise<Targets | undefined>
}

interface SoakRequest extends Omit<ConnectedRequest, 'peers' | 'patience'> {
  readonly before: SteadyState
  /** When it was ready, by the clock. */
  readonly began: number
}

/** Undefined once it was ready, with all targets up, for two scrape intervals or the handover (8 s to 5 min), or if the signal is aborted. */
export async function soak(request: SoakRequest): Promise<Problem | undefined> {
  const { ask, instance, before, clock, began, signal, onWait } = request
  const had = [...(before.targets?.values() ?? [])].filter(target => target.up)
  // A list may be longer than a call takes arguments.
  const longest = had.reduce((so, { interval }) => Math.max(so, interval), 0)
  const duration = Math.min(most, Math.max(least, 2 * longest, before.handover ?? 0))
  const every = (before.targets?.size ?? 0) > longList ? longInterval : interval
  let misses = 0
  let told = ''
  let seen: Targets | undefined
  let asked = Number.NEGATIVE_INFINITY
  return poll<Problem | undefined>({ first: interval, signal, clock }, async () => {
    const unready = await readiness(request)
    misses = unready === undefined ? 0 : misses + 1
    if (unready !== undefined && misses >= patience)
      return { end: gateProblem.notReadyForLong(atInstance(instance), instance.component, unready) }
    const left = duration - (clock.now() - began)
    if (had.length > 0 && unready === undefined && (left <= 0 || clock.now() - asked >= every)) {
      asked = clock.now()
      seen = await targetsOf(getFrom(ask, instance.host, instance.health))
    }
    const lost = left > 0 || had.length === 0 ? [] : await lostTargets(request, seen)
    if (left <= 0 && misses === 0 && lost?.length === 0) return { end: undefined }
    if (clock.now() - began >= most)
      return { end: tooFew(request, lost ?? had.map(target => target.label), seen) }
    const note = `soaks: ${[...counted(had, seen), awaited(left, lost)].join(', ')}`
    if (note !== told) onWait(note)
    told = note
    return left > 0 ? { within: left } : {}
  })
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

function counted(had: readonly { readonly key: string }[], seen: Targets | undefined): readonly string[] {
  if (had.length === 0 || seen === undefined) return []
  return [`${had.filter(({ key }) => seen.get(key)?.up).length} of ${had.length} targets up`]
}

function awaited(left: number, lost: readonly string[] | undefined): string {
  // A log wants no line a second.
  const step = left > 10_000 ? 5 : 1
  if (left > 0) return `${Math.ceil(left / 1000 / step) * step} s left`
  return lost === undefined || lost.length === 0 ? 'waits for its answer' : `waits for ${listFirst(lost, 3)}`
}

function tooFew(request: SoakRequest, lost: readonly string[], seen: Targets | undefined): Problem {
  const { before, instance } = request
  const { component, host } = instance
  const had = [...(before.targets?.values() ?? [])].filter(target => target.up).length
  const isLost = new Set(lost)
  const why = [...(seen?.values() ?? [])]
    .filter(target => isLost.has(target.label) && !target.up)
    .map(({ label, lastError }) => `${label}: ${lastError === '' ? 'not scraped yet' : brief(lastError)}`)
  const detail = why.length > 0 ? why.slice(0, shown).join('\n') : listFirst(lost, shown)
  const the = { component, host, detail }
  return gateProblem.targetsLost(atInstance(instance), the, `${lost.length} of ${had}`, most / 60_000)
}

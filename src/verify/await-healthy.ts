/** Waits until one program is ready and has loaded its config. */
import type { Problem } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import { type Health, unitOf } from '../resource/model.ts'
import { longestReplay } from '../shell/syntax/bounds.ts'
import { pause, poll } from '../wait/poll.ts'
import { getFrom } from './ask/get.ts'
import type { ComponentChecks } from './checks/facet.ts'
import { checksOf } from './checks/known.ts'
import { serviceProblem } from './messages.ts'
import { type Ask, AskError } from './model.ts'

export interface GateRequest {
  readonly ask: Ask
  readonly host: string
  readonly component: Component
  readonly health: Health
  /** On the clock of `performance.now()`. It moves on by as much as there was at first while a log is replayed. */
  readonly deadline: number
  readonly signal: AbortSignal
  /** Seconds since the epoch by the host's clock: the config must have been loaded then or later. */
  readonly notLoadedBefore?: number
  /** Milliseconds that the reload may take if it takes longer than most do. */
  readonly reloadTime?: number
  /** Told what is still awaited, each time that changes. */
  readonly onWait: (note: string) => void
}

const pace = { first: 100, longest: 500 }
/** Milliseconds in which a reload that was just asked for may still clear an earlier refusal. */
const usualReloadTime = 3_000
/** Milliseconds of watching the unit only: one that crashes at once restarts after 5 s (RestartSec), to be seen twice. */
const blindTime = 12_000

/** Milliseconds that a program has for its own start if only its unit can be asked. */
const unitTime = 4_000

interface Seen {
  readonly state: 'healthy' | 'waiting' | 'refused' | 'blind'
  readonly note: string
  /** How far the replay of a log has come. */
  readonly replayed?: number
}

const healthy: Seen = { state: 'healthy', note: '' }

/** Undefined once it is healthy, or cannot be asked, or the signal is aborted. A replay of a log that goes on is not cut short. */
export async function awaitHealthy(request: GateRequest): Promise<Problem | undefined> {
  if (request.health.loaded === 'unit') {
    request.onWait('stays up')
    await pause(unitTime, request.signal)
    return undefined
  }
  const checks = request.health.loaded === 'none' ? {} : await checksOf(request.component)
  const { host, component, reloadTime = usualReloadTime } = request
  const where = { host, resource: `service:${unitOf(component)}` }
  let told = ''
  let accepted = false
  const patience = request.deadline - performance.now()
  let deadline = Math.max(patience, request.reloadTime ?? 0)
  let replayed = -1
  return poll<Problem | undefined>({ ...pace, signal: request.signal }, async elapsed => {
    const seen = await look(request, checks)
    if (seen.state === 'healthy') return { end: undefined }
    if (seen.note !== told) request.onWait(seen.note)
    told = seen.note
    if (seen.state === 'blind') {
      await pause(blindTime, request.signal)
      return { end: undefined }
    }
    if (seen.replayed !== undefined && seen.replayed > replayed) {
      replayed = seen.replayed
      deadline = Math.min(elapsed + patience, Math.max(longestReplay, patience))
    }
    // A refusal seen at first may be an earlier one's; seen after a good state, or for long, it is this one's.
    const atReload = request.notLoadedBefore !== undefined
    if (seen.state === 'refused' && (accepted || elapsed >= reloadTime))
      return { end: serviceProblem.configRefused(where, component, host, atReload) }
    accepted ||= seen.note === notYetLoaded
    if (elapsed < deadline) return { within: deadline - elapsed }
    return { end: serviceProblem.notReady(where, { component, host, waited: elapsed, seen: seen.note }) }
  })
}

const notYetLoaded = 'has not loaded the new config yet'

async function look(
  { ask, host, health, notLoadedBefore }: GateRequest,
  checks: ComponentChecks,
): Promise<Seen> {
  const get = getFrom(ask, host, health)
  try {
    const ready = await ask(host, health.address, health.port, health.readyPath)
    if (ready.status !== 200) {
      const note = `not ready (${health.readyPath} answers ${ready.status})`
      return { state: 'waiting', note, ...(await checks.replay?.(get).catch(() => undefined)) }
    }
    const loaded = await checks.loaded?.(get)
    if (loaded === undefined) return healthy
    if (!loaded.succeeded) return { state: 'refused', note: 'has refused its config' }
    // Both may be whole seconds.
    const isOld = notLoadedBefore !== undefined && Math.floor(loaded.at) < Math.floor(notLoadedBefore)
    return isOld ? { state: 'waiting', note: notYetLoaded } : healthy
  } catch (cause) {
    if (cause instanceof AskError && cause.reason === 'impossible') {
      return { state: 'blind', note: `cannot be asked whether it is ready: ${cause.message}` }
    }
    if (cause instanceof AskError && cause.reason === 'refused')
      return { state: 'waiting', note: `does not listen yet (${health.address}:${health.port})` }
    return { state: 'waiting', note: cause instanceof Error ? cause.message : String(cause) }
  }
}

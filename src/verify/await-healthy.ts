/** Waits until one program is ready and has loaded its config. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import { type Health, unitOf } from '../resource/model.ts'
import { longestReplay } from '../shell/bounds.ts'
import type { ComponentChecks, Get } from './facet.ts'
import { checksBehind } from './known.ts'
import { type Ask, AskError } from './model.ts'
import { pause } from './pause.ts'

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
  /** Told what is still awaited, each time that changes. */
  readonly onWait: (note: string) => void
}

const firstPause = 100
const longestPause = 500
/** Milliseconds in which a reload that was just asked for may still clear an earlier refusal. */
const reloadTime = 3_000
/**
 * Milliseconds left to the watch of the unit, where the program itself cannot be asked: a program that crashes at
 * once is started again after 5 s (RestartSec), which has to be seen twice.
 */
const blindTime = 12_000

/** Milliseconds that a program has for its own start if only its unit can be asked. */
const unitTime = 4_000

type Seen =
  | { readonly state: 'healthy' }
  /** `replayed`: how far the replay of a log has come. */
  | {
      readonly state: 'waiting' | 'refused' | 'blind'
      readonly note: string
      readonly replayed?: number
    }

/**
 * undefined once it is healthy, or where nothing on the host can ask it (`onWait` is told why) or the signal was
 * aborted. A Problem when the deadline passes, or as soon as a reload was refused. A replay of a log, which may take
 * any time, is watched and not cut short as long as it goes on.
 */
export async function awaitHealthy(request: GateRequest): Promise<Problem | undefined> {
  if (request.health.loaded === 'unit') {
    request.onWait('stays up')
    await pause(unitTime, request.signal)
    return undefined
  }
  const checks = await checksBehind(request.health.loaded)
  let told = ''
  let accepted = false
  const begin = performance.now()
  const patience = request.deadline - begin
  let { deadline } = request
  let replayed = -1
  for (let wait = firstPause; !request.signal.aborted; wait = Math.min(wait * 1.5, longestPause)) {
    const seen = await look(request, checks)
    if (seen.state === 'healthy') return undefined
    if (seen.note !== told) request.onWait(seen.note)
    told = seen.note
    if (seen.state === 'blind') {
      await pause(blindTime, request.signal)
      return undefined
    }
    const now = performance.now()
    if (seen.replayed !== undefined && seen.replayed > replayed) {
      replayed = seen.replayed
      deadline = Math.min(now + patience, Math.max(begin + longestReplay, request.deadline))
    }
    // A refusal seen at first may be an earlier one's; seen after a good state, or for long, it is this one's.
    if (seen.state === 'refused' && (accepted || now - begin >= reloadTime)) return refused(request)
    accepted ||= seen.note === notYetLoaded
    if (now >= deadline) return late(request, seen.note, now - begin)
    await pause(Math.min(wait, deadline - now), request.signal)
  }
  return undefined
}

const notYetLoaded = 'has not loaded the new config yet'

async function look(
  { ask, host, health, notLoadedBefore }: GateRequest,
  checks: ComponentChecks,
): Promise<Seen> {
  const prefix = /^(.*)\/-\/(?:ready|healthy)$/.exec(health.readyPath)?.[1] ?? ''
  const get: Get = path => ask(host, health.address, health.port, `${prefix}${path}`)
  try {
    const ready = await ask(host, health.address, health.port, health.readyPath)
    if (ready.status !== 200) {
      const replay = await replaySeen(checks, get)
      return replay ?? { state: 'waiting', note: `not ready (${health.readyPath} answers ${ready.status})` }
    }
    const loaded = await checks.loaded?.(get)
    if (loaded === undefined) return { state: 'healthy' }
    if (!loaded.succeeded) return { state: 'refused', note: 'has refused its config' }
    // Both may be whole seconds.
    if (notLoadedBefore !== undefined && Math.floor(loaded.at) < Math.floor(notLoadedBefore)) {
      return { state: 'waiting', note: notYetLoaded }
    }
    return { state: 'healthy' }
  } catch (cause) {
    if (cause instanceof AskError && cause.reason === 'impossible') {
      return { state: 'blind', note: `cannot be asked whether it is ready: ${cause.message}` }
    }
    const refusedNote = cause instanceof AskError && cause.reason === 'refused'
    const said = cause instanceof Error ? cause.message : String(cause)
    return {
      state: 'waiting',
      note: refusedNote ? `does not listen yet (${health.address}:${health.port})` : said,
    }
  }
}

/** undefined where it does not replay anything, or does not say. */
async function replaySeen({ replay }: ComponentChecks, get: Get): Promise<Seen | undefined> {
  const seen = await replay?.(get)
  return seen && { state: 'waiting', ...seen }
}

function refused({ host, component, notLoadedBefore }: GateRequest): Problem {
  const what =
    notLoadedBefore === undefined
      ? 'runs with a config that it refused'
      : 'refused the new config at the reload'
  return error(`${component} ${what}`, {
    host,
    resource: `service:${unitOf(component)}`,
    detail: 'It goes on with the config it had before.',
    remedy: `journalctl -u ${unitOf(component)} on ${host} says what it refused`,
  })
}

function late({ host, component }: GateRequest, seen: string, waited: number): Problem {
  return error(`${component} did not become ready within ${Math.round(waited / 1000)} s: it ${seen}`, {
    host,
    resource: `service:${unitOf(component)}`,
    remedy: `journalctl -u ${unitOf(component)} on ${host} says what it was doing`,
  })
}

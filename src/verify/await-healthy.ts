/** Waits until one program is ready and has loaded its config. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import { type Health, unitOf } from '../resource/model.ts'
import { longestReplay } from '../shell/bounds.ts'
import { data, paths, type RuntimeInfo, readAnswer } from './answers.ts'
import { sample } from './metrics.ts'
import { type Answer, type Ask, AskError } from './model.ts'
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
  let told = ''
  let accepted = false
  const begin = performance.now()
  const patience = request.deadline - begin
  let { deadline } = request
  let replayed = -1
  for (let wait = firstPause; !request.signal.aborted; wait = Math.min(wait * 1.5, longestPause)) {
    const seen = await look(request)
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

async function look({ ask, host, health, notLoadedBefore }: GateRequest): Promise<Seen> {
  const prefix = /^(.*)\/-\/(?:ready|healthy)$/.exec(health.readyPath)?.[1] ?? ''
  const get = (path: string): Promise<Answer> => ask(host, health.address, health.port, path)
  try {
    const ready = await get(health.readyPath)
    if (ready.status !== 200) {
      const replay = health.loaded === 'prometheus' ? await replaySeen(get, prefix) : undefined
      return replay ?? { state: 'waiting', note: `not ready (${health.readyPath} answers ${ready.status})` }
    }
    if (health.loaded === 'none' || health.loaded === 'unit') return { state: 'healthy' }
    const loaded = await configs[health.loaded](get, prefix)
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

type Get = (path: string) => Promise<Answer>
type Config = (get: Get, prefix: string) => Promise<{ readonly succeeded: boolean; readonly at: number }>

/** Whether the last load succeeded, and when the last good one was, in seconds since the epoch. */
const configs: Readonly<Record<Exclude<Health['loaded'], 'none' | 'unit'>, Config>> = {
  prometheus,
  alertmanager: byMetrics('alertmanager'),
  blackbox: byMetrics('blackbox_exporter'),
}

async function prometheus(get: Get, prefix: string): Promise<{ succeeded: boolean; at: number }> {
  const { body } = await get(`${prefix}${paths.runtime}`)
  const info = data<RuntimeInfo>(readAnswer(paths.runtime, body))
  return { succeeded: info.reloadConfigSuccess, at: Date.parse(info.lastConfigTime) / 1000 }
}

function byMetrics(program: string): Config {
  return async (get, prefix) => {
    const { body } = await get(`${prefix}${paths.metrics}`)
    return {
      succeeded: sample(body, `${program}_config_last_reload_successful`) === 1,
      at: sample(body, `${program}_config_last_reload_success_timestamp_seconds`) ?? 0,
    }
  }
}

/** undefined where there is nothing to replay, or nothing to learn of it. */
async function replaySeen(get: Get, prefix: string): Promise<Seen | undefined> {
  const { status, body } = await get(`${prefix}${paths.walReplay}`)
  if (status !== 200) return undefined
  const { min, max, current } = data<{ min: number; max: number; current: number }>(
    readAnswer(paths.walReplay, body),
  )
  if (max <= min || current > max) return undefined
  const note = `replays its log of samples: segment ${current} of ${max}`
  return { state: 'waiting', note, replayed: current }
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

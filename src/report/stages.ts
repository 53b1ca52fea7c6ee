/** Folds events into what each stage is at; the live renderers draw from it. */
import type { DownloadProgress } from '../artifact/model.ts'
import type { Event, Stage } from '../engine/event.ts'
import { count, duration, size, stageWords } from './words.ts'

interface StageState {
  readonly stage: Stage
  readonly total?: number
  readonly unit?: 'hosts' | 'bytes' | 'programs'
  readonly done: number
  readonly note: string
  /** The file that is being fetched. */
  readonly download?: DownloadProgress
  /** Milliseconds, on the clock that the caller passes. */
  readonly since: number
}

export type Stages = ReadonlyMap<Stage, StageState>

/** The stages at work after `event`; `now` in milliseconds. */
export function follow(stages: Stages, event: Event, now: number): Stages {
  const next = new Map(stages)
  const put = (stage: Stage, change: (state: StageState) => StageState) => {
    const state = next.get(stage)
    if (state !== undefined) next.set(stage, change(state))
  }
  if (event.type === 'stage-begin') {
    const { stage, total, unit } = event
    const known = { ...(total === undefined ? {} : { total }), ...(unit === undefined ? {} : { unit }) }
    next.set(stage, { stage, ...known, done: 0, note: '', since: now })
  } else if (event.type === 'stage-progress') {
    put(event.stage, state => ({ ...state, done: event.done, note: event.note ?? state.note }))
  } else if (event.type === 'stage-end') {
    next.delete(event.stage)
  } else if (event.type === 'download') {
    const stage = next.has('fetch') ? 'fetch' : [...next.keys()].at(-1)
    if (stage !== undefined) put(stage, state => downloading(state, event.progress))
  } else if (event.type === 'changed') {
    put('change', state => ({
      ...state,
      note: `${event.host}: ${event.change.action} ${event.change.resource}`,
    }))
  } else if (event.type === 'waiting') {
    put(next.has('change') ? 'change' : 'verify', state => ({
      ...state,
      note: `${event.host}: waiting for ${event.component}: ${event.note}`,
    }))
  } else if (event.type === 'login-retried') {
    put('probe', state => ({ ...state, note: event.why }))
  } else if (event.type === 'check') {
    put('verify', state => ({ ...state, note: `${event.check.id} ${event.check.target}` }))
  }
  return next
}

function downloading({ download: _, ...state }: StageState, progress: DownloadProgress): StageState {
  return progress.done === progress.total ? state : { ...state, download: progress }
}

/** One line for a stage at work: `Looking at hosts: 3 of 4 hosts, 1.2 s, mon-d`. */
export function progressLine(state: StageState, now: number): string {
  const words = stageWords[state.stage].doing
  const download = state.download
  const parts = [
    amount(state),
    download === undefined ? '' : `${download.name} ${transfer(download.done, download.total)}`,
    duration(now - state.since),
    state.note,
  ]
  return `${words}: ${parts.filter(part => part !== '').join(', ')}`
}

/** `4 hosts`, `101 MB`, or nothing where the stage said nothing. */
export function totalOf({ total, unit }: Pick<StageState, 'total' | 'unit'>): string {
  if (total === undefined || unit === undefined) return ''
  return unit === 'bytes' ? size(total) : count(total, unit.slice(0, -1))
}

function amount(state: StageState): string {
  const { total, unit, done } = state
  if (unit === 'bytes') return transfer(done, total)
  return total === undefined ? '' : `${done} of ${totalOf(state) || total}`
}

const barWidth = 24

/** A bar with its figures: `[######------] 45 of 101 MB`; figures alone where the total is unknown. */
function transfer(done: number, total: number | undefined): string {
  if (total === undefined || total <= 0) return size(done)
  const full = Math.round(barWidth * Math.min(1, done / total))
  return `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}] ${size(done)} of ${size(total)}`
}

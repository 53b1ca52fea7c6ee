/** Folds events into what each stage is at; the live renderers draw from it. */
import type { DownloadProgress } from '../../artifact/model.ts'
import { defined } from '../../diagnostic/defined.ts'
import type { Event, Stage } from '../../engine/event.ts'
import { count, durationText, size, stageWords } from '../words.ts'

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
  const note = (stage: Stage, text: string) => put(stage, state => ({ ...state, note: text }))
  if (event.type === 'stage-begin') {
    const { stage, total, unit } = event
    next.set(stage, { stage, ...defined({ total, unit }), done: 0, note: '', since: now })
  }
  if (event.type === 'stage-progress')
    put(event.stage, state => ({ ...state, done: event.done, note: event.note ?? state.note }))
  if (event.type === 'stage-end') next.delete(event.stage)
  if (event.type === 'download') {
    const stage = next.has('fetch') ? 'fetch' : [...next.keys()].at(-1)
    if (stage !== undefined) put(stage, state => downloading(state, event.progress))
  }
  if (event.type === 'changed')
    note('change', `${event.host}: ${event.change.action} ${event.change.resource}`)
  if (event.type === 'waiting') {
    const stage = next.has('change') ? 'change' : 'verify'
    note(stage, `${event.host}: waiting for ${event.component}: ${event.note}`)
  }
  if (event.type === 'login-retried') note('probe', event.why)
  if (event.type === 'check') note('verify', `${event.check.id} ${event.check.target}`)
  return next
}

function downloading({ download: _, ...state }: StageState, progress: DownloadProgress): StageState {
  return progress.done === progress.total ? state : { ...state, download: progress }
}

/** One line for a stage at work: `Looking at hosts: 3 of 4 hosts, 1.2 s, mon-d`. */
export function progressLine(state: StageState, now: number): string {
  const { stage, download, since, note } = state
  const file = download && `${download.name} ${transfer(download.done, download.total)}`
  const parts = [amount(state), file, durationText(now - since), note]
  return `${stageWords[stage].doing}: ${parts.filter(Boolean).join(', ')}`
}

export type StageEnd = Event & { readonly type: 'stage-end' }

/** One line for a stage that is over, by what it was at before; `failed` hosts. */
export function doneLine({ stage, elapsed, waited = 0 }: StageEnd, before: Stages, failed = 0): string {
  const waiting = waited >= 50 && `${durationText(waited)} of it waiting`
  const broken = failed > 0 && `${count(failed, 'host')} failed`
  const parts = [totalOf(before.get(stage) ?? {}), durationText(elapsed), waiting, broken]
  return `${stageWords[stage].done}: ${parts.filter(Boolean).join(', ')}`
}

/** `4 hosts`, `101 MB`, or nothing where the stage said nothing. */
function totalOf({ total, unit }: Pick<StageState, 'total' | 'unit'>): string {
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

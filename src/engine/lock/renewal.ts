/** Keeps one host's lock from becoming free while the run is at work. */
import type { Problem } from '../../diagnostic/problem.ts'
import { lockLife } from '../../shell/lock/lock.ts'
import { hostLockPath } from '../../shell/syntax/layout.ts'
import type { Connection } from '../../ssh/connection.ts'
import { lockProblem } from '../messages.ts'
import { renew } from './host.ts'
import { named } from './locked.ts'

/** Milliseconds. */
export interface RenewalPace {
  /** From one renewal to the next. */
  readonly every: number
  /** How long one may take: a second and a third must fit into the lock's life. */
  readonly patience: number
  /** After which an unrenewed lock is free. */
  readonly life: number
}

const usualPace: RenewalPace = { every: 8000, patience: 10_000, life: lockLife * 1000 }

interface Renewal {
  readonly connection: Connection
  readonly run: string
  /** Milliseconds of `performance.now()` from just before the lock was taken. */
  readonly since: number
  readonly onLost: (problem: Problem) => void
  readonly pace?: RenewalPace | undefined
}

/** Renews until stopped, or until the lock is lost, which is told once. Returns what stops it. */
export function keepRenewing({ connection, run, since, onLost, pace = usualPace }: Renewal): () => void {
  let ended = false
  let next: NodeJS.Timeout | undefined
  let end: NodeJS.Timeout | undefined
  let failure: Problem | undefined

  function stop(): void {
    ended = true
    clearTimeout(next)
    clearTimeout(end)
  }
  function lose(why: string, detail?: string): void {
    if (ended) return
    stop()
    const where = { host: connection.host, resource: `lock:${hostLockPath}` }
    onLost(lockProblem.lost(where, why, detail === undefined ? {} : { detail }))
  }
  function heardAt(time: number): void {
    clearTimeout(end)
    const unheard = () => lose(`it could not be renewed for ${pace.life / 1000} s`, failure?.summary)
    end = setTimeout(unheard, time + pace.life - performance.now())
  }
  async function again(): Promise<void> {
    const asked = performance.now()
    const answer = await renew(connection, run, pace.patience)
    if (ended) return
    if (answer.state === 'held')
      return lose(answer.holder ? `${named(answer.holder)} has it now` : 'it has become free meanwhile')
    if (answer.state === 'taken') heardAt(asked)
    else failure = answer.problems[0]
    next = setTimeout(again, Math.max(0, asked + pace.every - performance.now()))
  }

  heardAt(since)
  // Not all hosts of a run in the same instant.
  next = setTimeout(again, pace.every * (0.5 + Math.random() / 2))
  void connection.closed.then(() => lose('the connection ended'))
  return stop
}

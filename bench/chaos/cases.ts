/** Every fault at every step at which it can happen. */
import * as faults from './fault/faults.ts'
import { type Moment, type Step, steps } from './fault/moments.ts'
import type { Change } from './site.ts'

export interface Case {
  readonly fault: faults.Fault
  readonly step: string
  readonly host: string
  readonly change: Change
  /** Where the fault comes before the run: absent. */
  readonly moment?: Moment
  /** What the run may end with; where it does not say, a run may even have got by, and the table tells. */
  readonly expects?: readonly (number | undefined)[]
  /** What the JSON document must say of the host. */
  readonly status?: 'rolled-back'
  /** The cause is taken away only when the host has put itself back without promha. */
  readonly alone?: true
  /** The same, where the run left anything to undo at all. */
  readonly leftAlone?: boolean
}

const step = (name: string): Step => {
  const found = steps.find(candidate => candidate.name === name)
  if (!found) throw new Error(`there is no step ${name}`)
  return found
}

function at(fault: faults.Fault, name: string, more: Partial<Case> = {}): Case {
  const { host, moment, pushes } = step(name)
  const left = more.alone ? ', left to the host' : ''
  return { fault, step: `${name}${left}`, host, moment, change: pushes ? 'program' : 'restart', ...more }
}

function before(fault: faults.Fault, host: string, more: Partial<Case> = {}): Case {
  return { fault, step: `before, on ${host === 'mon-a' ? 'a' : 'b'}`, host, change: 'restart', ...more }
}

const everywhere = [faults.refused, faults.sessionsEnded, faults.cut, faults.rebooted].flatMap(fault =>
  steps.map(({ name }) => at(fault, name)),
)

const rolledBack = { expects: [3], status: 'rolled-back' } as const

/** All that is not left to chance. */
export const cases: readonly Case[] = [
  ...everywhere,
  at(faults.powerless, 'placing a', { expects: [3] }),
  at(faults.powerless, 'soak of b', { expects: [3] }),
  at(faults.cut, 'gate of a', { alone: true, expects: [3] }),
  at(faults.killed, 'soak of a', { alone: true, expects: [undefined] }),
  at(faults.unprivileged, 'locking'),
  at(faults.unprivileged, 'staging a'),
  at(faults.unprivileged, 'soak of a', { alone: true, expects: [3] }),
  at(faults.unprivileged, 'placing b'),
  at(faults.unprivileged, 'soak of b', { alone: true, expects: [3] }),
  before(faults.stagingFull, 'mon-a', { expects: [3] }),
  before(faults.stagingFull, 'mon-b', { expects: [3] }),
  before(faults.rulesFull(0), 'mon-a', { ...rolledBack, change: 'reload' }),
  before(faults.rulesFull(1), 'mon-a', { ...rolledBack, change: 'reload' }),
  before(faults.rulesFull(1), 'mon-b', { ...rolledBack, change: 'reload' }),
  before(faults.binFull, 'mon-a', { expects: [1, 3], change: 'reload' }),
  at(faults.dataFull, 'placing a', { expects: [3] }),
  before(faults.crashing, 'mon-a', rolledBack),
  before(faults.crashing, 'mon-b', rolledBack),
  before(faults.unloadable, 'mon-a', { ...rolledBack, change: 'reload' }),
  before(faults.unloadable, 'mon-a', { ...rolledBack, change: 'restart' }),
  at(faults.portTaken, 'placing a', { expects: [3] }),
  at(faults.portTaken, 'placing b', { expects: [3] }),
  before(faults.portHeld, 'mon-a', { expects: [1, 3] }),
  before(faults.stopped, 'mon-b', { expects: [0] }),
  before(faults.refused, 'mon-b', { expects: [1, 3] }),
  before(faults.cut, 'mon-b', { expects: [1, 3] }),
  before(faults.powerless, 'mon-a', { expects: [1, 3] }),
]

const among = (...wanted: readonly faults.Fault[]) =>
  cases.filter(({ fault, alone, step: name }) => wanted.includes(fault) && !alone && name !== 'verifying')

/** Of which `npm test` takes some: those that are soon over. */
export const quick = {
  reloads: [
    ...cases.filter(({ change }) => change === 'reload'),
    ...among(faults.stagingFull).map((one): Case => ({ ...one, change: 'reload' })),
  ],
  restarts: among(faults.sessionsEnded, faults.crashing, faults.stopped).filter(
    ({ change }) => change === 'restart',
  ),
}

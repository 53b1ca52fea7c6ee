/** How often a schedule runs, as settings of a systemd timer. */
import type { Problem } from '../../diagnostic/problem.ts'
import { scheduleProblem } from '../messages.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Longer ones are no drift correction any more. */
const longest = 7 * day

/** Undefined where it is fit. */
export function intervalProblem(every: number): Problem | undefined {
  if (every >= minute && every <= longest) return undefined
  return scheduleProblem.badInterval({}, spanText(every))
}

/** Lines of a [Timer] section: calendar times if the interval divides hour or day, since systemd makes up for a missed one. */
export function timerLines(every: number): readonly string[] {
  const calendar = calendarOf(every)
  const counted = ['OnStartupSec=1min', `OnUnitActiveSec=${seconds(every)}s`]
  const when = calendar === undefined ? counted : [`OnCalendar=${calendar}`, 'Persistent=true']
  return [...when, `RandomizedDelaySec=${seconds(jitter(every))}s`, 'AccuracySec=1s']
}

/** Milliseconds by which a run is late at most, so that not every schedule of a site begins in the same second. */
export function jitter(every: number): number {
  return Math.min(every / 10, 5 * minute)
}

/** Milliseconds as `15m`, `90s`, `6h`. */
export function spanText(ms: number): string {
  if (ms > 0 && ms % hour === 0) return `${ms / hour}h`
  return ms > 0 && ms % minute === 0 ? `${ms / minute}m` : `${ms / 1000}s`
}

function calendarOf(every: number): string | undefined {
  if (every < hour && hour % every === 0 && every % minute === 0) return `*-*-* *:00/${every / minute}:00`
  if (every === hour) return '*-*-* *:00:00'
  if (every < day && day % every === 0 && every % hour === 0) return `*-*-* 00/${every / hour}:00:00`
  return every === day ? '*-*-* 00:00:00' : undefined
}

function seconds(ms: number): number {
  return Math.max(1, Math.round(ms / 1000))
}

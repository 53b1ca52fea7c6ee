/** How often a schedule runs, as settings of a systemd timer. */
import { error, type Problem } from '../diagnostic/problem.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Longer ones are no drift correction any more. */
const longest = 7 * day

/** Undefined where it is fit. */
export function intervalProblem(every: number): Problem | undefined {
  if (every >= minute && every <= longest) return undefined
  return error(
    `--every ${spanText(every)}: a schedule runs every minute at most and every seven days at least`,
    {
      remedy: 'give an interval from 1m to 7d, such as 15m',
    },
  )
}

/**
 * Lines of a [Timer] section. Where the interval divides the hour or the day, calendar times: with Persistent=, systemd
 * remembers the last run on disk and makes up for a missed one at once. Any other interval counts from the last run,
 * and a minute after each boot one is made up for, whether it was missed or not.
 */
export function timerLines(every: number): readonly string[] {
  const calendar = calendarOf(every)
  const when =
    calendar === undefined
      ? ['OnStartupSec=1min', `OnUnitActiveSec=${seconds(every)}s`]
      : [`OnCalendar=${calendar}`, 'Persistent=true']
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

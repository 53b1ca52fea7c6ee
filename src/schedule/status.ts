/** `promha schedule status` */
import { join } from 'node:path'
import type { Texts } from '../diagnostic/problem.ts'
import { readUnit, unitState } from '../resource/unit-state.ts'
import { metricsFile, serviceUnit, timerUnit } from './name.ts'
import { type Machine, showUnits } from './systemd/systemd.ts'
import { readMetrics } from './systemd/textfile.ts'
import { readOwn } from './systemd/unit-file.ts'
import { usualTextfile } from './systemd/units.ts'

/** As it is shown: `last` is when the last run began, or `never`; `metrics` are its sample lines, if it left any. */
type ScheduleStatus = Texts<'timer' | 'state' | 'command' | 'next' | 'last' | 'result' | 'metricsPath'> & {
  readonly metrics: readonly string[]
}

type Status = Promise<ScheduleStatus | undefined>

/** Undefined where no schedule is installed. Rejects with a ProblemError where its files are not promha's. */
export async function scheduleStatus(name: string, inventory: string, machine: Machine): Status {
  const service = await readOwn(join(machine.unitDirectory, serviceUnit(name)))
  const timer = await readOwn(join(machine.unitDirectory, timerUnit(name)))
  if (service === undefined || timer === undefined) return undefined
  const units = [timerUnit(name), serviceUnit(name)]
  const [timed = new Map(), ran = new Map()] = await showUnits(machine, units, properties)
  const metricsPath = join(textfileOf(service), metricsFile(inventory))
  const metrics = await readMetrics(metricsPath)
  return {
    timer: timerUnit(name),
    state: [timed.get('ActiveState'), timed.get('UnitFileState')].filter(Boolean).join(', '),
    command: /^ExecStart=(.*)$/m.exec(service)?.[1] ?? '',
    // A timer whose service runs has no next time yet.
    next: isRunning(ran)
      ? 'after the present run'
      : nextRun(timed, Number(process.hrtime.bigint() / 1_000_000n)),
    last: ran.get('ExecMainStartTimestamp') || 'never',
    result: resultOf(ran),
    metricsPath,
    metrics: metrics.split('\n').filter(line => line !== '' && !line.startsWith('#')),
  }
}

/** The directory for metrics that a service file names. */
export function textfileOf(service: string): string {
  return /^Textfile=(.+)$/m.exec(service)?.[1] ?? usualTextfile
}

const ofTimer = ['ActiveState', 'UnitFileState', 'NextElapseUSecRealtime', 'NextElapseUSecMonotonic']
const ofRun = ['ExecMainStartTimestamp', 'Result', 'ExecMainCode', 'ExecMainStatus']
const properties = [...ofTimer, ...ofRun]

type Properties = ReadonlyMap<string, string>

/** `now`: milliseconds of the monotonic clock, which a timer without calendar times counts by. */
export function nextRun(timer: Properties, now: number): string {
  const realtime = timer.get('NextElapseUSecRealtime')
  if (realtime) return realtime
  const monotonic = spanMilliseconds(timer.get('NextElapseUSecMonotonic') ?? '')
  return monotonic === undefined ? 'none' : `in ${Math.max(0, Math.round((monotonic - now) / 1000))} s`
}

/** What the exit code means, in a word. */
const meaning: Readonly<Record<string, string>> = {
  '0': 'no differences',
  '1': 'the request was wrong or refused',
  '2': 'differences',
  '3': 'a host was unreachable or failed',
  '4': 'a check of verify failed',
  '5': 'another run held the lock',
  '130': 'interrupted',
}

function isRunning(service: Properties): boolean {
  return ['starts', 'stops'].includes(unitState(service.get('ActiveState')))
}

function resultOf(service: Properties): string {
  if (isRunning(service)) return 'running now'
  if (!service.get('ExecMainStartTimestamp')) return 'none yet'
  const code = service.get('ExecMainStatus') ?? ''
  const { result } = readUnit(service)
  // CLD_EXITED; otherwise the number is that of a signal.
  if (service.get('ExecMainCode') !== '1') return `${result}: ended by signal ${code}`
  const word = meaning[code]
  return `${result}: exit code ${code}${word === undefined ? '' : `, ${word}`}`
}

const longUnits = { y: 31_557_600_000, month: 2_629_800_000, w: 604_800_000, d: 86_400_000 }
const shortUnits = { h: 3_600_000, min: 60_000, s: 1000, ms: 1, us: 0.001 }
const unitsOfTime: Readonly<Record<string, number>> = { ...longUnits, ...shortUnits }

/** `2h 3min 5.1s` as systemd writes a span; undefined for `infinity` and the like. */
export function spanMilliseconds(span: string): number | undefined {
  const parts = [...span.matchAll(/([\d.]+)([a-z]+)/g)]
  if (parts.length === 0) return undefined
  return parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (unitsOfTime[unit] ?? 0), 0)
}

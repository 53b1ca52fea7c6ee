/** How a VictoriaMetrics node is asked. Tried with 1.151.0. */
import { page, query } from '../../src/verify/answer/answers.ts'
import { samples } from '../../src/verify/answer/metrics.ts'
import {
  asLabels,
  asList,
  asNumber,
  asOptional,
  asTime,
  record,
  ShapeError,
} from '../../src/verify/answer/shape.ts'
import { parseJson } from '../../src/verify/ask/json.ts'
import type { Api } from '../../src/verify/ask/question.ts'
import type { Held } from '../storage/checks/held.ts'

/** Answers once its data is open, and also while it is read-only. */
export const health = page('/health')

const lines = asList(
  record({
    metric: asLabels,
    /** `null` says that the target has gone, so it is no sample. */
    values: asList(asOptional(asNumber)),
    timestamps: asList((value, place) => asTime(asNumber(value, place) / 1000, place) * 1000),
  }),
)

/** What it holds of these series, `back` seconds from now. It removes duplicates before it answers, as for every query. */
export function exported(selectors: readonly string[], back: number, below = ''): Api<readonly Held[]> {
  const match = selectors.map(selector => `match%5B%5D=${encodeURIComponent(selector)}`)
  return {
    path: `${below}/api/v1/export?${match.join('&')}&start=-${back}s`,
    // All lines are one list, so that what bounds an answer bounds them together.
    read: body =>
      lines(parseJson(`[${body.trim().replaceAll(/\n+/g, ',')}]`), 'the export').map(
        ({ metric, values, timestamps }): Held => {
          const at = timestamps.filter((_, place) => values[place] !== undefined)
          return { labels: metric, at: at.sort((one, other) => one - other) }
        },
      ),
  }
}

const time = query('time()')

/** Its clock, in milliseconds since the epoch. Without `nocache` it answers the time of half a minute ago. */
export const clock: Api<number> = clockBelow('')

/** The same of a vmselect, which answers below a path. */
export function clockBelow(path: string): Api<number> {
  return {
    path: `${path}${time.path}&nocache=1`,
    read: body => {
      const [first] = time.read(body)
      if (first === undefined) throw new ShapeError('it does not tell its time')
      return first.value[0] * 1000
    },
  }
}

/**
 * When its first sample of the cell's replicas is, in milliseconds since the epoch; undefined if it has none. Tried: it takes 50 ms for
 * two series of 200 days at 15 s.
 */
export function firstSample(cell: string): Api<number | undefined> {
  const up = `up{job="prometheus",cell=${JSON.stringify(cell)}}`
  const { path, read } = query(`min(tfirst_over_time(${up}[50y]))`)
  return {
    path: `${path}&nocache=1`,
    read: body => {
      const [first] = read(body)
      return first === undefined ? undefined : asTime(Number(first.value[1]), 'its first sample') * 1000
    },
  }
}

/** What its metrics say of the disk that it writes to. */
export interface Disk {
  readonly isReadOnly: boolean
  /** Bytes. */
  readonly free: number
  /** Share of what it may use that its data takes, 0 to 1. */
  readonly used: number
}

export function diskOf(metrics: string): Disk {
  const sum = (name: string) => samples(metrics, name).reduce((so, { value }) => so + value, 0)
  const [free, data] = [sum('vm_free_disk_space_bytes'), sum('vm_data_size_bytes')]
  return { isReadOnly: sum('vm_storage_is_read_only') > 0, free, used: data / Math.max(1, free + data) }
}

/** As its release is called, without the `v`; undefined of a program that was built without a version. */
export function versionOf(metrics: string): string | undefined {
  const said = samples(metrics, 'vm_app_version')[0]?.labels.short_version ?? ''
  return said === '' ? undefined : said.replace(/^v/, '')
}

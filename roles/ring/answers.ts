/** How a member of a ring is asked. Tried with Cortex 1.21.1. */
import { api, page, rangeQuery, type Series } from '../../src/verify/answer/answers.ts'
import { asList, asOptional, asText, record, ShapeError } from '../../src/verify/answer/shape.ts'
import { parseJson } from '../../src/verify/ask/json.ts'
import { type Api, type Program, programQuestion, type Question } from '../../src/verify/ask/question.ts'
import { type Feeding, type Held, lookBack } from '../storage/checks/held.ts'

/** 200 once it has joined the ring. It stays so when others of the ring are gone. */
export const ringReady = page('/ready')

/** One member as another one knows it. */
interface RingMember {
  readonly id: string
  readonly state: string
  /** When it was last heard of, in milliseconds since the epoch. */
  readonly heard: number
}

export interface RingView {
  /** The clock of the member that was asked. */
  readonly now: number
  readonly members: readonly RingMember[]
}

const ring = record({
  now: asText,
  shards: asOptional(asList(record({ id: asText, state: asText, timestamp: asText }))),
})

/** Which members a member knows. */
export function ringOf(path: string): Api<RingView> {
  return {
    path,
    read: body => {
      const { now, shards = [] } = ring(parseJson(body), 'the answer')
      return {
        now: timeOf(now),
        members: shards.map(({ id, state, timestamp }) => ({ id, state, heard: timeOf(timestamp) })),
      }
    },
  }
}

/** `2026-12-01 01:20:28 +0000 UTC`, as Go writes a time for people, or RFC 3339. */
function timeOf(text: string): number {
  const [, date, time, zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)[ T]([\d:.]{8,20}) ?(Z|[+-]\d\d:?\d\d)?/.exec(text) ?? []
  const found = Date.parse(`${date}T${time}${zone.replace(/^(...)(\d\d)$/, '$1:$2')}`)
  if (Number.isNaN(found)) throw new ShapeError('a time is in another form')
  return found
}

const elected = record({
  elected: asOptional(asList(record({ cluster: asText, replica: asText }))),
})

/** Which replica of each cell is stored now, as the member that is asked knows it. */
export const chosen: Api<readonly { readonly cluster: string; readonly replica: string }[]> = {
  path: '/distributor/ha_tracker',
  read: body => elected(parseJson(body), 'the answer').elected ?? [],
}

/** What the store holds of a selector, of the last hour. Any member answers for all of them. */
export function seriesIn(program: Program, selector: string): Question<readonly Series[]> {
  return programQuestion(queried(program), rangeQuery(`${selector}[${lookBack}s]`))
}

/** Of `up` of the replicas, which every replica scrapes. */
export function upIn(program: Program, { cell }: Feeding): Question<readonly Held[]> {
  const { path, read } = rangeQuery(`up{job="prometheus",cell=${JSON.stringify(cell)}}[${lookBack}s]`)
  const heldBy = ({ metric, values }: Series): Held => ({
    labels: metric,
    at: values.map(([time]) => Math.round(time * 1000)),
  })
  return programQuestion(queried(program), { path, read: body => read(body).map(heldBy) })
}

/** Its clock, in milliseconds since the epoch. */
export function clockOfMember(program: Program): Question<number> {
  const { path, read } = api.time
  return programQuestion(queried(program), { path, read: body => read(body) * 1000 })
}

/** Below that path it answers as Prometheus does. */
function queried(program: Program): Program {
  return { ...program, pathPrefix: '/prometheus' }
}

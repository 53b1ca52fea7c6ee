/** Reads what the members of a store and the replicas have of the same targets. */
import type { Fleet } from '../../test/e2e/support/fleet.ts'
import { samples } from '../breaking/gaps.ts'
import type { Span } from '../breaking/poller.ts'
import type { Stored, StoredSeries } from './measure.ts'
import { replicas } from './site.ts'
import { measured, type StoreSite } from './sites/definition.ts'

/** All targets, by their instance. */
export async function readStored(
  fleet: Fleet,
  { read }: Pick<StoreSite, 'read'>,
  { from, to }: Span,
): Promise<ReadonlyMap<string, Stored>> {
  const seconds = (Date.now() - from) / 1000
  const [kept, scraped] = await Promise.all([
    read(fleet, { from, to }),
    Promise.all(
      replicas.map(async host => (await samples(fleet, host, measured, seconds)).map(scrapedSeries)),
    ),
  ])
  const of = (instance: string) => (series: readonly StoredSeries[]) =>
    series.filter(({ metric }) => metric.instance === instance)
  const instances = new Set(scraped.flat().map(({ metric }) => metric.instance ?? ''))
  return new Map(
    [...instances].map(instance => {
      const own = of(instance)
      const members = [...kept].map(([host, series]) => [host, own(series)] as const)
      return [instance, { members: new Map(members), scraped: scraped.map(own) }]
    }),
  )
}

function scrapedSeries({ metric, values }: Awaited<ReturnType<typeof samples>>[number]): StoredSeries {
  return { metric, times: values.map(([seconds]) => seconds * 1000) }
}

/** Asks all at once. */
export async function byHost<T>(
  hosts: readonly string[],
  of: (host: string) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  return new Map(await Promise.all(hosts.map(async host => [host, await of(host)] as const)))
}

export interface Question {
  readonly host: string
  readonly port: number
  /** Where it listens on that host. Default: loopback. */
  readonly address?: string
  /** Encoded, with neither a quote nor a dollar sign in it. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a program answers to a GET. By way of the host itself, since stores are closed to others; a host has no curl. */
export async function ask(fleet: Fleet, question: Question): Promise<string> {
  const { host, port, address = '127.0.0.1', path, headers = {} } = question
  const lines = [
    `GET ${path} HTTP/1.0`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  // As an argument: in the format itself, a % of the path would be one of printf's own.
  const words = [...lines, ''].map(line => `"${line}"`).join(' ')
  const script = `exec 3<>/dev/tcp/${address}/${port}; printf "%s\\r\\n" ${words} >&3; cat <&3`
  return bodyOf(await fleet.inside(host, `bash -c '${script}'`), `${host}: ${path}`)
}

/** Throws, with what was asked, if the answer is not a good one. */
export function bodyOf(answer: string, question: string): string {
  const [head = '', ...body] = answer.split('\r\n\r\n')
  const [status = ''] = head.split('\r\n')
  if (!/^HTTP\/1\.\d 20[04] /.test(status)) throw new Error(`${question}: answered with ${status}`)
  return body.join('\r\n\r\n')
}

/** The samples of the series of `measured` within a span, from what answers PromQL below `question.path`. */
export async function queried(
  fleet: Fleet,
  question: Question,
  { from, to }: Span,
  parameters: Readonly<Record<string, string>> = {},
): Promise<readonly StoredSeries[]> {
  const seconds = Math.ceil((to - from) / 1000)
  const query = `${measured}[${seconds}s]`
  const search = new URLSearchParams({ query, time: `${to / 1000}`, ...parameters })
  return matrixIn(await ask(fleet, { ...question, path: `${question.path}/api/v1/query?${search}` }))
}

/** The series of an answer to a query over a range. Throws if it is another one. */
export function matrixIn(text: string): readonly StoredSeries[] {
  const { data } = JSON.parse(text) as {
    data?: { resultType?: string; result: readonly Awaited<ReturnType<typeof samples>>[number][] }
  }
  if (data?.resultType !== 'matrix') throw new Error(`expected samples of a range: ${text.slice(0, 200)}`)
  return data.result.map(scrapedSeries)
}

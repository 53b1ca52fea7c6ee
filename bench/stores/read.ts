/** Reads what the nodes of a store and the replicas have of the same targets. */
import type { Fleet } from '../../test/e2e/support/fleet.ts'
import { samples } from '../breaking/gaps.ts'
import type { Span } from '../breaking/poller.ts'
import type { Stored, StoredSeries } from './measure.ts'
import { nodes, replicas } from './site.ts'

/** What every replica scrapes and no case takes away. */
const selector = 'up{job="node"}'
const port = 8428

/** All targets, by their instance. */
export async function readStored(fleet: Fleet, { from, to }: Span): Promise<ReadonlyMap<string, Stored>> {
  const seconds = (Date.now() - from) / 1000
  const [kept, scraped] = await Promise.all([
    Promise.all(nodes.map(host => exported(fleet, host, { from, to }))),
    Promise.all(
      replicas.map(async host => (await samples(fleet, host, selector, seconds)).map(scrapedSeries)),
    ),
  ])
  const of = (instance: string) => (series: readonly StoredSeries[]) =>
    series.filter(({ metric }) => metric.instance === instance)
  const instances = new Set(scraped.flat().map(({ metric }) => metric.instance ?? ''))
  return new Map(
    [...instances].map(instance => {
      const own = of(instance)
      const members = nodes.map((host, index) => [host, own(kept[index] ?? [])] as const)
      return [instance, { members: new Map(members), scraped: scraped.map(own) }]
    }),
  )
}

function scrapedSeries({ metric, values }: Awaited<ReturnType<typeof samples>>[number]): StoredSeries {
  return { metric, times: values.map(([seconds]) => seconds * 1000) }
}

async function exported(fleet: Fleet, host: string, { from, to }: Span): Promise<readonly StoredSeries[]> {
  const query = new URLSearchParams({
    'match[]': selector,
    start: `${from / 1000}`,
    end: `${to / 1000}`,
  })
  // What came last is in memory only, of which an export shows nothing.
  await asked(fleet, host, '/internal/force_flush')
  return seriesIn(await asked(fleet, host, `/api/v1/export?${query}`))
}

/** A line for each series, or for a part of one. */
export function seriesIn(text: string): readonly StoredSeries[] {
  const parts = text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => JSON.parse(line) as { metric: StoredSeries['metric']; timestamps: readonly number[] })
  return parts.map(({ metric, timestamps }) => ({ metric, times: timestamps }))
}

/** By way of the host itself, since the store's port is closed to all but its writers; a host has no curl. */
async function asked(fleet: Fleet, host: string, path: string): Promise<string> {
  const question = `exec 3<>/dev/tcp/127.0.0.1/${port}; printf "GET %s HTTP/1.0\\r\\n\\r\\n" "${path}" >&3; cat <&3`
  const answer = await fleet.inside(host, `bash -c '${question}'`)
  return bodyOf(answer, `${host}: ${path}`)
}

/** Throws, with what was asked, if the answer is not a good one. */
export function bodyOf(answer: string, question: string): string {
  const [head = '', ...body] = answer.split('\r\n\r\n')
  const [status = ''] = head.split('\r\n')
  if (!/^HTTP\/1\.\d 20[04] /.test(status)) throw new Error(`${question}: answered with ${status}`)
  return body.join('\r\n\r\n')
}

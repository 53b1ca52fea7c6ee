/** VictoriaMetrics: two single nodes. */
import type { Fleet } from '../../../test/e2e/support/fleet.ts'
import type { Span } from '../../breaking/poller.ts'
import { killed, stopped } from '../faults.ts'
import type { StoredSeries } from '../measure.ts'
import { ask, byHost } from '../read.ts'
import { measured, type StoreSite } from './definition.ts'

const unit = 'victoriametrics'
const port = 8428
const [nodeA, nodeB] = ['app-01', 'app-02'] as const
const nodes = [nodeA, nodeB]

export const victoriaMetricsSite: StoreSite = {
  name: 'victoriametrics',
  title: 'VictoriaMetrics, two single nodes',
  about: 'Both replicas write to both nodes. A node keeps one sample of each interval.',
  hosts: 4,
  components: { victoriametrics: 'VictoriaMetrics' },
  cell: () => ({ storage: { victoriametrics: { hosts: nodes, retention: '30d' } } }),
  read: (fleet, span) => byHost(nodes, host => exported(fleet, host, span)),
  limits: {
    keeping: 'one an interval',
    step: interval => 2 * interval,
    why: 'two intervals, since the kept sample may be the first replica’s in one and the other one’s in the next',
  },
  outages: [stopped(`store node ${nodeA}`, unit, nodeA), killed(`store node ${nodeB}`, unit, nodeB)],
  upgrades: { victoriametrics: { program: 'victoriametrics' } },
}

async function exported(fleet: Fleet, host: string, { from, to }: Span): Promise<readonly StoredSeries[]> {
  const query = new URLSearchParams({ 'match[]': measured, start: `${from / 1000}`, end: `${to / 1000}` })
  // What came last is in memory only, of which an export shows nothing.
  await ask(fleet, { host, port, path: '/internal/force_flush' })
  return seriesIn(await ask(fleet, { host, port, path: `/api/v1/export?${query}` }))
}

/** A line for each series, or for a part of one. */
export function seriesIn(text: string): readonly StoredSeries[] {
  const parts = text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => JSON.parse(line) as { metric: StoredSeries['metric']; timestamps: readonly number[] })
  return parts.map(({ metric, timestamps }) => ({ metric, times: timestamps }))
}

/** M3DB with etcd: three hosts, one sample an interval of what both replicas write to each of them. */
import { killed, stopped } from '../faults.ts'
import { byHost, queried } from '../read.ts'
import type { StoreSite } from './definition.ts'

const unit = 'm3db'
const members = ['app-01', 'app-02', 'app-03'] as const
const [first, second] = members
/** Seconds. What M3DB tells of itself, scraped every two, is more than two cores with all hosts take in. */
const interval = 10
const headers = { 'M3-Metrics-Type': 'aggregated', 'M3-Storage-Policy': `${interval}s:720h` }

export const m3dbSite: StoreSite = {
  name: 'm3db',
  title: 'M3DB with etcd, three hosts',
  about:
    'Both replicas write to all three nodes. A node makes one sample of each interval and writes it to all three. It can be read a minute later.',
  hosts: 5,
  components: { m3db: 'M3DB', etcd: 'etcd' },
  built: { m3db: { program: 'm3', calledInBuild: { m3dbnode: 'main' } } },
  cell: () => ({ storage: { m3db: { hosts: [...members], etcd: [...members], retention: '30d' } } }),
  read: (fleet, span) =>
    byHost(members, host => queried(fleet, { host, port: 7201, path: '', headers }, span)),
  interval,
  late: 60_000,
  limits: {
    keeping: 'one an interval',
    step: interval => 2 * interval,
    why: 'two intervals, since the kept sample may be the first replica’s in one and the other one’s in the next',
  },
  outages: [stopped(`store node ${first}`, unit, first), killed(`store node ${second}`, unit, second)],
}

/** Cortex: a ring of three hosts, which stores one replica at a time. */
import { killed, stopped } from '../faults.ts'
import { byHost, queried } from '../read.ts'
import { bucketForm, s3Program, startS3 } from '../s3.ts'
import type { Ground, StoreSite } from './definition.ts'

const unit = 'cortex'
const members = ['app-01', 'app-02', 'app-03'] as const
const [first, second] = members
const bucket = 'cortex'
/** Seconds. */
const failover = 15
/** `host:port` of the bucket's server, by the fleet of a run. */
const endpoints = new WeakMap<Ground['fleet'], string>()

export const cortexSite: StoreSite = {
  name: 'cortex',
  title: 'Cortex, three hosts',
  about:
    'Replicas write through the HAProxy on their own host to any member. One replica is stored at a time; what the other one sends is taken and dropped.',
  hosts: 5,
  components: { cortex: 'Cortex' },
  built: { cortex: { program: 'cortex' } },
  beside: [s3Program],
  prepare: async ground => {
    endpoints.set(ground.fleet, await startS3(ground, 'mon-a', [bucket]))
  },
  cell: ({ fleet }) => ({
    storage: {
      cortex: {
        hosts: [...members],
        retention: '30d',
        ha: { failover: `${failover}s` },
        objstore: bucketForm(bucket, endpoints.get(fleet) ?? ''),
      },
    },
  }),
  read: (fleet, span) =>
    byHost(members, host => queried(fleet, { host, port: 9009, path: '/prometheus' }, span)),
  limits: {
    keeping: 'one replica at a time',
    step: interval => failover + 2 * interval,
    why: `the ${failover} s after which another replica is stored, and two intervals`,
    lost: interval => Math.ceil(failover / interval) + 2,
  },
  outages: [stopped(`store node ${first}`, unit, first), killed(`store node ${second}`, unit, second)],
}

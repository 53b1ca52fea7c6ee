/** Thanos with a bucket: the replicas are read where they are, so nothing is pushed. */
import { killed, stopped } from '../faults.ts'
import { byHost, queried } from '../read.ts'
import { bucketForm, s3Program, startS3 } from '../s3.ts'
import { replicas } from '../site.ts'
import type { Ground, StoreSite } from './definition.ts'

const [first, second] = replicas
const gateways = ['app-01', 'app-02'] as const
const bucket = 'thanos'
/** `host:port` of the bucket's server, by the fleet of a run. */
const endpoints = new WeakMap<Ground['fleet'], string>()

export const thanosSite: StoreSite = {
  name: 'thanos',
  title: 'Thanos, two queries and a bucket',
  about:
    'A sidecar beside each replica answers from its data. A query asks both sidecars and shows one replica’s samples at a time.',
  hosts: 4,
  components: { thanos: 'Thanos' },
  built: { thanos: { program: 'thanos-0.40' } },
  beside: [s3Program],
  prepare: async ground => {
    endpoints.set(ground.fleet, await startS3(ground, gateways[1], [bucket]))
  },
  cell: ({ fleet }) => ({
    storage: {
      thanos: {
        query: replicas,
        objstore: bucketForm(bucket, endpoints.get(fleet) ?? ''),
        store: gateways,
        compactor: { host: gateways[0], retention: { raw: '0d', '5m': '0d', '1h': '0d' } },
      },
    },
  }),
  read: (fleet, span) =>
    byHost(replicas, host =>
      queried(fleet, { host, port: 10_903, path: '' }, span, { dedup: 'true', partial_response: 'false' }),
    ),
  limits: {
    keeping: 'one replica at a time',
    step: interval => 3 * interval,
    why: 'the three intervals after which a query goes over to the other replica',
    lost: () => 3,
  },
  outages: [
    stopped(`sidecar ${first}`, 'thanos_sidecar', first),
    killed(`sidecar ${second}`, 'thanos_sidecar', second),
    stopped(`query ${second}`, 'thanos_query', second),
    stopped(`gateway ${gateways[0]}`, 'thanos_store', gateways[0]),
  ],
  upgrades: { thanos: { program: 'thanos' } },
}

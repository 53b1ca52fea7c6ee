/** Thanos as a long-term store: it reads from the replicas by itself, so they push nothing to it. */
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import { queryPaths } from '../storage/queries.ts'
import type { StoreDefinition, StoreProgram } from '../storage/store.ts'
import { thanosCompactor, thanosQuery, thanosSidecar, thanosStore } from './components.ts'
import { grpcPorts } from './ports.ts'
import { thanosProblems } from './problems.ts'
import { replicaFlags } from './replica-flags.ts'
import { buildThanos, type ThanosSettings, thanosSchema } from './settings.ts'

/**
 * A query that goes over to the other replica, up to three intervals after the last sample, does not come back before twice that
 * time (dedup in upstream's pkg/dedup/iter.go). If the other one stops within it, the query shows nothing for the rest.
 */
const handover = 9

/** A query's pages beside its API. Upstream has no call that writes there; its profiles and its flags are left out. */
const pages = ['/', '/graph', '/stores', '/alerts', '/rules', '/targets', '/-/healthy', '/-/ready']
const paths = queryPaths([''], {
  exact: [...pages, '/api/v1/stores', '/api/v1/targets'],
  below: ['/assets/', '/static/'],
})

export const thanosLongTerm: StoreDefinition<'thanos'> = {
  key: 'thanos',
  schema: thanosSchema,
  build: buildThanos,
  rules: 'thanos/rules/thanos.yml',
  within: ['query', 'store', 'sidecar', 'compactor'],
  components: [thanosSidecar, thanosStore, thanosCompactor, thanosQuery],
  besides: thanosProblems,
  layout: settings => ({
    programs: programsOf(settings),
    replicaFlags: replicaFlags(settings),
    handover,
    keepsNothing: settings.objstore === undefined,
    datasources: members => {
      const { read } = settings
      const addresses = read ? [{ address: read.vip.address, port: read.port }] : members(thanosQuery.name)
      return addresses.map(one => ({
        name: 'host' in one ? `Thanos ${one.host}` : 'Thanos',
        url: `http://${joinHostPort(one)}`,
        jsonData: {
          prometheusType: 'Thanos',
          customQueryParameters: 'dedup=true&partial_response=true&max_source_resolution=auto',
        },
      }))
    },
    ...(settings.read && { read: { ...settings.read, to: thanosQuery.name, readyPath: '/-/ready', paths } }),
  }),
}

function programsOf({ sidecar, store, compactor, query }: ThanosSettings): readonly StoreProgram[] {
  const readBy = (component: string) => {
    const port = grpcPorts[component]
    return port === undefined ? {} : { otherPorts: [port], readBy: new Map([[port, [thanosQuery.name]]]) }
  }
  const program = (
    { name, key = ['storage', 'thanos'] }: typeof thanosQuery,
    label: string,
    settings: ThanosSettings['sidecar'] | ThanosSettings['compactor'],
  ): readonly StoreProgram[] =>
    settings ? [{ component: name, label, hosts: settings.hosts, settings, path: key, ...readBy(name) }] : []
  return [
    ...program(thanosSidecar, 'the Thanos sidecar', sidecar),
    ...program(thanosStore, 'the Thanos store gateway', store),
    ...program(thanosCompactor, 'the Thanos compactor', compactor),
    ...program(thanosQuery, 'the Thanos query', query),
  ]
}

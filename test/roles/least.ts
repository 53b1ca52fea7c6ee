/** The least that an inventory says of each component. */
import type { ComponentDefinition } from '../../roles/component.ts'
import type { ExporterDefinition } from '../../roles/exporters/definition.ts'
import { definitions } from '../../roles/index.ts'

const hosts = ['mon-a', 'mon-b']

/** By the last key in a cell, of a component that is no exporter. A new one needs a line here. */
const texts: Readonly<Record<string, object>> = {
  prometheus: { replicas: { a: 'mon-a', b: 'mon-b' }, alertmanagers: [] },
  alertmanager: { hosts, config: { route: { receiver: 'x' }, receivers: [{ name: 'x' }] } },
  pushgateway: { active: 'mon-a', passive: 'mon-b', failover: { haproxy: { port: 9291 } } },
  blackbox: { hosts, failover: { haproxy: {} } },
  grafana: { hosts, vip: '198.18.0.111/24' },
  victoriametrics: { hosts, retention: '365d' },
  query: { hosts },
  sidecar: {},
  store: { hosts },
  compactor: { host: 'mon-a' },
}

/** On the hosts mon-a and mon-b; undefined if nothing is known of it. */
export function leastOf({ key, exporter }: ComponentDefinition): object | undefined {
  return exporter ? leastOfExporter(exporter) : texts[key?.at(-1) ?? '']
}

export function leastOfExporter({ config }: ExporterDefinition): object {
  return config?.required ? { config: { modules: { any: {} } } } : {}
}

/** What these components are for. */
export const leastBucket = {
  type: 'S3',
  config: { bucket: 'blocks', endpoint: 's3.example.net', access_key: 'any', secret_key: 'any-secret' },
}

/** What a cell with every component says, with what it says further of each. */
export function leastOfAll(further: (component: string) => object = () => ({})): Record<string, object> {
  const text: Record<string, object> = {}
  for (const definition of definitions) {
    const least = leastOf(definition)
    if (!definition.settings || !least) continue
    placeIn(text, definition.key ?? [], { ...least, ...further(definition.name) })
  }
  placeIn(text, ['storage', 'thanos'], { objstore: leastBucket })
  return text
}

/** Below the keys, each a map. */
export function placeIn(
  text: Record<string, object>,
  [first = '', ...rest]: readonly string[],
  own: object,
): void {
  const here: Record<string, object> = { ...text[first] }
  if (rest.length === 0) Object.assign(here, own)
  else placeIn(here, rest, own)
  text[first] = here
}

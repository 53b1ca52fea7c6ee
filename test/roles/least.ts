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
}

/** On the hosts mon-a and mon-b; undefined if nothing is known of it. */
export function leastOf({ key, exporter }: ComponentDefinition): object | undefined {
  return exporter ? leastOfExporter(exporter) : texts[key?.at(-1) ?? '']
}

export function leastOfExporter({ config }: ExporterDefinition): object {
  return config?.required ? { config: { modules: { any: {} } } } : {}
}

/** What a cell with every component says, with what it says further of each. */
export function leastOfAll(further: (component: string) => object = () => ({})): Record<string, object> {
  const text: Record<string, object> = {}
  for (const definition of definitions) {
    if (!definition.settings || !leastOf(definition)) continue
    const [first = '', second] = definition.key ?? []
    const own = { ...leastOf(definition), ...further(definition.name) }
    text[first] = second === undefined ? own : { ...text[first], [second]: own }
  }
  return text
}

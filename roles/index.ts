/** All components that promha can set up, a line each. Nothing else lists them. */
import { alertmanager } from './alertmanager/component.ts'
import { blackboxExporter } from './blackbox_exporter/component.ts'
import type { ComponentDefinition } from './component.ts'
import { apacheExporter } from './exporters/apache.ts'
import { bindExporter } from './exporters/bind.ts'
import { cadvisor } from './exporters/cadvisor.ts'
import { chronyExporter } from './exporters/chrony.ts'
import { consulExporter } from './exporters/consul.ts'
import type { ExporterDefinition } from './exporters/definition.ts'
import { domainExporter } from './exporters/domain.ts'
import { elasticsearchExporter } from './exporters/elasticsearch.ts'
import { fail2banExporter } from './exporters/fail2ban.ts'
import { haproxyExporter } from './exporters/haproxy.ts'
import { influxdbExporter } from './exporters/influxdb.ts'
import { ipmiExporter } from './exporters/ipmi.ts'
import { kafkaExporter } from './exporters/kafka.ts'
import { memcachedExporter } from './exporters/memcached.ts'
import { mongodbExporter } from './exporters/mongodb.ts'
import { mysqldExporter } from './exporters/mysqld.ts'
import { nginxExporter } from './exporters/nginx.ts'
import { nvidiaGpuExporter } from './exporters/nvidia_gpu.ts'
import { postgresExporter } from './exporters/postgres.ts'
import { processExporter } from './exporters/process.ts'
import { redisExporter } from './exporters/redis.ts'
import { smartctlExporter } from './exporters/smartctl.ts'
import { smokepingProber } from './exporters/smokeping.ts'
import { snmpExporter } from './exporters/snmp.ts'
import { sqlExporter } from './exporters/sql.ts'
import { sslExporter } from './exporters/ssl.ts'
import { statsdExporter } from './exporters/statsd.ts'
import { systemdExporter } from './exporters/systemd.ts'
import { firewall } from './firewall/component.ts'
import { haproxy } from './haproxy/component.ts'
import { keepalived } from './keepalived/component.ts'
import { nodeExporter } from './node_exporter/component.ts'
import { prometheus } from './prometheus/component.ts'
import { pushgateway } from './pushgateway/component.ts'
import type { ReleaseDefinition } from './release.ts'

export const definitions: readonly ComponentDefinition[] = [
  prometheus,
  alertmanager,
  nodeExporter,
  pushgateway,
  blackboxExporter,
  apacheExporter,
  bindExporter,
  cadvisor,
  chronyExporter,
  consulExporter,
  domainExporter,
  elasticsearchExporter,
  fail2banExporter,
  haproxyExporter,
  influxdbExporter,
  ipmiExporter,
  kafkaExporter,
  memcachedExporter,
  mongodbExporter,
  mysqldExporter,
  nginxExporter,
  nvidiaGpuExporter,
  postgresExporter,
  processExporter,
  redisExporter,
  smartctlExporter,
  smokepingProber,
  snmpExporter,
  sqlExporter,
  sslExporter,
  statsdExporter,
  systemdExporter,
  keepalived,
  haproxy,
  firewall,
]

const byName = new Map(definitions.map(definition => [definition.name, definition]))

/** The names of all components. */
export const components: readonly string[] = [...byName.keys()]

/** Those that promha brings as programs of a release; also the keys of `versions:`. */
export const releasedComponents: readonly string[] = definitions
  .filter(({ release }) => release)
  .map(({ name }) => name)

/** @throws RangeError if there is no component of that name */
export function definitionOf(component: string): ComponentDefinition {
  const found = byName.get(component)
  if (!found) throw new RangeError(`promha has no component ${component}`)
  return found
}

/** What an exporter of a cell is: a definition of its own, or that of its component. */
export function exporterFormOf(
  component: string,
  { definition }: { readonly definition?: ExporterDefinition },
): ExporterDefinition | undefined {
  return definition ?? definitionOf(component).exporter
}

/** Undefined if there is no component of that name: a host may have kept what another release of promha set up. */
export function knownDefinition(component: string): ComponentDefinition | undefined {
  return byName.get(component)
}

/** What moves addresses between hosts. */
export const addressMover = theOne(
  (one): one is ComponentDefinition & Required<Pick<ComponentDefinition, 'movesAddresses'>> =>
    one.movesAddresses !== undefined,
)

function theOne<T extends ComponentDefinition>(is: (one: ComponentDefinition) => one is T): T {
  const [found, another] = definitions.filter(is)
  if (!found || another) throw new RangeError('one component does this, and no other')
  return found
}

/** Whether its program is a package of the host's own system. What this promha does not know is not. */
export function isHostPackage(component: string): boolean {
  const known = byName.get(component)
  return known !== undefined && !known.release
}

/** Whether promha brings it as a program of a release. */
export function isReleased(component: string): boolean {
  return byName.get(component)?.release !== undefined
}

/** @throws RangeError if its program is a package of the host's own system */
export function releaseOf(component: string): ReleaseDefinition {
  const { release } = definitionOf(component)
  if (!release) throw new RangeError(`${component} is not brought as a release`)
  return release
}

/** When the standard alerts of exporters fire. */
import { databaseCases } from './databases.ts'
import { hardwareCases } from './hardware.ts'
import type { AlertCase } from './promtool.ts'
import { serviceCases } from './services.ts'
import { answers, down } from './usual.ts'

/** Two databases, so that their connections are added. */
const connections = (each: number) => ({
  'pg_stat_activity_count{server="db", datname="a", state="active"}': `${each}x60`,
  'pg_stat_activity_count{server="db", datname="b", state="idle"}': `${each}x60`,
  'pg_settings_max_connections{server="db"}': '100x60',
})
const redisMemory = (used: number, most: number) => ({
  redis_memory_used_bytes: `${used}x60`,
  redis_memory_max_bytes: `${most}x60`,
})
const pings = (answered: number, sent = 100) => ({
  'smokeping_response_duration_seconds_count{host="gw"}': `0+${answered}x60`,
  'smokeping_requests_total{host="gw"}': `0+${sent}x60`,
})
const postgres: readonly AlertCase[] = [
  down('PostgresDown', 'pg_up', 'PostgreSQL'),
  {
    ...{ alert: 'PostgresConnectionsNearlyFull', severity: 'warning', labels: { server: 'db' } },
    fires: connections(41),
    summary: 'host:1: 82% of the connections of PostgreSQL are in use',
    quiet: [connections(40)],
  },
]
const redis: readonly AlertCase[] = [
  down('RedisDown', 'redis_up', 'Redis'),
  {
    ...{ alert: 'RedisMemoryNearlyFull', severity: 'warning' },
    fires: redisMemory(91, 100),
    summary: 'host:1: Redis uses 91% of its maxmemory',
    // Without a maxmemory, there is no limit.
    quiet: [redisMemory(90, 100), redisMemory(91, 0)],
  },
  {
    ...{ alert: 'RedisConnectionsRejected', severity: 'warning', since: 1 },
    fires: { redis_rejected_connections_total: '0+1x60' },
    summary: 'host:1: Redis rejects connections',
    quiet: [{ redis_rejected_connections_total: '7x60' }],
  },
]

/** By job: those of probes have the same alerts. */
export const exporterCases: Readonly<Record<string, readonly AlertCase[]>> = {
  ...databaseCases,
  ...hardwareCases,
  ...serviceCases,
  apache: [answers('ApacheExporterDown', 'apache'), down('ApacheDown', 'apache_up', 'Apache')],
  nginx: [
    answers('NginxExporterDown', 'nginx'),
    down('NginxDown', 'nginx_up', 'nginx'),
    down('NginxDown', 'nginxplus_up', 'nginx'),
  ],
  postgres: [answers('PostgresExporterDown', 'postgres'), ...postgres],
  'postgres-probe': [answers('PostgresExporterDown', 'postgres-probe'), ...postgres],
  process: [answers('ProcessExporterDown', 'process')],
  redis: [answers('RedisExporterDown', 'redis'), ...redis],
  'redis-probe-2': [answers('RedisExporterDown', 'redis-probe-2'), ...redis],
  smokeping: [
    answers('SmokepingExporterDown', 'smokeping'),
    {
      ...{ alert: 'PingUnanswered', severity: 'critical', since: 1, labels: { host: 'gw' } },
      fires: pings(0),
      summary: 'gw answers no echo requests of host:1',
      quiet: [pings(1), pings(0, 0)],
    },
    {
      ...{ alert: 'PingsLost', severity: 'warning', since: 1, labels: { host: 'gw' } },
      fires: pings(94.8),
      summary: 'gw leaves 5.2% of the echo requests unanswered',
      quiet: [pings(95.1)],
    },
  ],
  snmp: [answers('SnmpExporterDown', 'snmp')],
  'snmp-probe-2': [
    {
      ...{ alert: 'SnmpDeviceDown', severity: 'critical' },
      fires: { up: '0x60' },
      summary: 'host:1: the device does not answer SNMP',
      quiet: [{ up: '1x60' }],
    },
  ],
  systemd: [
    answers('SystemdExporterDown', 'systemd'),
    {
      ...{ alert: 'SystemdUnitFailed', severity: 'warning', labels: { name: 'a.service', state: 'failed' } },
      fires: { 'systemd_unit_state{name="a.service", state="failed"}': '1x60' },
      summary: 'host:1: the unit a.service has failed',
      quiet: [
        { 'systemd_unit_state{name="a.service", state="failed"}': '0x60' },
        { 'systemd_unit_state{name="a.service", state="active"}': '1x60' },
      ],
    },
    {
      ...{ alert: 'SystemdUnitsUnknown', severity: 'warning' },
      fires: { up: '1x60' },
      summary: 'host:1: the exporter of job systemd reports no units',
      quiet: [{ up: '1x60', 'systemd_unit_state{name="a.service", state="active"}': '1x60' }, { up: '0x60' }],
    },
  ],
}

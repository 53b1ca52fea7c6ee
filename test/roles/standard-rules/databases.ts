/** When the standard alerts of databases and caches fire. */
import type { AlertCase } from './promtool.ts'
import { answers, down } from './usual.ts'

const running = (thread: string, value: number) => ({
  [`mysql_slave_status_${thread}_running{master_host="db-a"}`]: `${value}x60`,
})
/** A replica of which a thread does not run, whatever the server calls it. */
const stopped = (thread: string): AlertCase => ({
  ...{ alert: 'MysqlReplicationStopped', severity: 'critical', labels: { master_host: 'db-a' } },
  fires: running(thread, 0),
  summary: 'host:1: the replication from db-a does not run',
  quiet: [running(thread, 1)],
})
const behind = (source: string, seconds: string, delay = 0) => ({
  [`mysql_slave_status_seconds_behind_${source}{master_host="db-a"}`]: seconds,
  'mysql_slave_status_sql_delay{master_host="db-a"}': `${delay}x60`,
})
const lags = (source: string, fires: string, lag: string): AlertCase => ({
  ...{ alert: 'MysqlReplicaLags', severity: 'warning', since: 1, labels: { master_host: 'db-a' } },
  fires: behind(source, fires, 60),
  summary: `host:1: the replica is ${lag} behind db-a`,
  quiet: [
    behind(source, '30x60'),
    // The lag is meant.
    behind(source, '90x60', 60),
    // In two minutes, it has caught up.
    behind(source, '240-60x4'),
  ],
})
const mysqlConnections = (used: number) => ({
  mysql_global_status_threads_connected: `${used}x60`,
  mysql_global_variables_max_connections: '100x60',
})
const galera = (ready: number, on: number) => ({
  mysql_global_status_wsrep_ready: `${ready}x60`,
  mysql_global_variables_wsrep_on: `${on}x60`,
})
const mysqld: readonly AlertCase[] = [
  down('MysqlDown', 'mysql_up', 'MySQL'),
  {
    ...{ alert: 'MysqlConnectionsNearlyFull', severity: 'warning' },
    fires: mysqlConnections(81),
    summary: 'host:1: 81% of the connections of MySQL are in use',
    quiet: [mysqlConnections(80)],
  },
  ...['slave_io', 'slave_sql', 'replica_io', 'replica_sql'].map(stopped),
  ...['master', 'source'].flatMap(source => [
    lags(source, '91x60', '31s'),
    // It catches up, but not within two minutes.
    lags(source, '183-30x4', '1m 3s'),
  ]),
  {
    ...{ alert: 'MysqlGaleraNotReady', severity: 'warning' },
    fires: galera(0, 1),
    summary: 'host:1: the Galera node is not ready',
    // MariaDB without Galera says that it is not ready, too.
    quiet: [galera(1, 1), galera(0, 0)],
  },
]

const member = 'cl_role="mongod", rs_nm="rs0", member_idx="db-b:27017"'
const memberLabels = { cl_role: 'mongod', rs_nm: 'rs0', member_idx: 'db-b:27017' }
const written = (newest: number, state = 'SECONDARY', first = 'PRIMARY') => ({
  [`mongodb_rs_members_optimeDate{cl_role="mongod", rs_nm="rs0", member_idx="db-a:27017", member_state="${first}"}`]: `${newest}x60`,
  [`mongodb_rs_members_optimeDate{${member}, member_state="${state}"}`]: '1000x60',
})
const mongodbConnections = (used: number) => ({
  'mongodb_ss_connections{cl_role="mongod", conn_type="current"}': `${used}x60`,
  'mongodb_ss_connections{cl_role="mongod", conn_type="available"}': `${100 - used}x60`,
  'mongodb_ss_connections{cl_role="mongod", conn_type="totalCreated"}': '100x60',
})
const mongodb: readonly AlertCase[] = [
  down('MongodbDown', 'mongodb_up', 'MongoDB'),
  {
    ...{ alert: 'MongodbMemberDown', severity: 'critical', labels: memberLabels },
    fires: { [`mongodb_rs_members_health{${member}}`]: '0x60' },
    summary: 'host:1: the replica set rs0 does not reach its member db-b:27017',
    quiet: [{ [`mongodb_rs_members_health{${member}}`]: '1x60' }],
  },
  {
    ...{ alert: 'MongodbReplicaLags', severity: 'warning' },
    labels: { ...memberLabels, member_state: 'SECONDARY' },
    fires: written(62_000),
    summary: 'host:1: db-b:27017 is 1m 1s behind the primary',
    // An arbiter writes nothing, and without a primary nobody lags.
    quiet: [written(61_000), written(62_000, 'ARBITER'), written(62_000, 'SECONDARY', 'SECONDARY')],
  },
  {
    ...{ alert: 'MongodbConnectionsNearlyFull', severity: 'warning', labels: { cl_role: 'mongod' } },
    fires: mongodbConnections(81),
    summary: 'host:1: 81% of the connections of MongoDB are in use',
    quiet: [mongodbConnections(80)],
  },
]

const node = 'cluster="logs", name="es-1"'
const nodeLabels = { cluster: 'logs', name: 'es-1' }
const health = (color: string, value = 1) => ({
  [`elasticsearch_cluster_health_status{cluster="logs", color="${color}"}`]: `${value}x60`,
})
const heap = (used: number, area = 'heap') => ({
  [`elasticsearch_jvm_memory_used_bytes{${node}, area="${area}"}`]: `${used}x60`,
  [`elasticsearch_jvm_memory_max_bytes{${node}, area="${area}"}`]: '100x60',
})
const space = (free: number) => ({
  [`elasticsearch_filesystem_data_available_bytes{${node}}`]: `${free}x60`,
  [`elasticsearch_filesystem_data_size_bytes{${node}}`]: '100x60',
})
const left = (share: number) => `host:1: es-1 has ${share}% of its space for data left`
const success = 'elasticsearch_scrape_success'
const elasticsearch: readonly AlertCase[] = [
  {
    ...{ alert: 'ElasticsearchDown', severity: 'critical', labels: { collector: 'cluster-info' } },
    fires: { [`${success}{collector="cluster-info"}`]: '0x60' },
    summary: 'host:1: Elasticsearch is down',
    quiet: [{ [`${success}{collector="cluster-info"}`]: '1x60', [`${success}{collector="slm"}`]: '0x60' }],
  },
  {
    ...{ alert: 'ElasticsearchClusterRed', severity: 'critical' },
    labels: { cluster: 'logs', color: 'red' },
    fires: health('red'),
    summary: 'host:1: the cluster logs is red',
    quiet: [{ ...health('red', 0), ...health('yellow') }],
  },
  {
    ...{ alert: 'ElasticsearchClusterYellow', severity: 'warning' },
    labels: { cluster: 'logs', color: 'yellow' },
    fires: health('yellow'),
    summary: 'host:1: the cluster logs is yellow',
    quiet: [{ ...health('yellow', 0), ...health('green') }],
  },
  {
    ...{ alert: 'ElasticsearchHeapNearlyFull', severity: 'critical' },
    labels: { ...nodeLabels, area: 'heap' },
    fires: heap(91),
    summary: 'host:1: es-1 uses 91% of its heap',
    quiet: [heap(90), heap(91, 'non-heap')],
  },
  {
    ...{ alert: 'ElasticsearchDiskSpaceLow', severity: 'warning', labels: nodeLabels },
    fires: space(19),
    summary: { warning: left(19) },
    quiet: [space(20)],
  },
  {
    ...{ alert: 'ElasticsearchDiskSpaceLow', severity: 'critical', labels: nodeLabels },
    fires: space(9),
    summary: { warning: left(9), critical: left(9) },
    quiet: [space(10)],
  },
]

const memcachedConnections = (used: number) => ({
  memcached_current_connections: `${used}x60`,
  memcached_max_connections: '1000x60',
})
const inUse = (share: number) => `host:1: ${share}% of the connections of memcached are in use`
const memcached: readonly AlertCase[] = [
  down('MemcachedDown', 'memcached_up', 'memcached'),
  {
    ...{ alert: 'MemcachedConnectionsNearlyFull', severity: 'warning' },
    fires: memcachedConnections(810),
    summary: { warning: inUse(81) },
    quiet: [memcachedConnections(800)],
  },
  {
    ...{ alert: 'MemcachedConnectionsNearlyFull', severity: 'critical' },
    fires: memcachedConnections(960),
    summary: { warning: inUse(96), critical: inUse(96) },
    quiet: [memcachedConnections(950)],
  },
  {
    ...{ alert: 'MemcachedOutOfMemory', severity: 'warning', since: 1 },
    // Two sizes of items, so that they make one alert.
    fires: {
      'memcached_slab_items_outofmemory_total{slab="1"}': '0+1x60',
      'memcached_slab_items_outofmemory_total{slab="2"}': '0+1x60',
    },
    summary: 'host:1: memcached refuses items for lack of memory',
    quiet: [{ 'memcached_slab_items_outofmemory_total{slab="1"}': '7x60' }],
  },
]

const both = (key: string, alert: string, cases: readonly AlertCase[]) => ({
  [key]: [answers(alert, key), ...cases],
  [`${key}-probe`]: [answers(alert, `${key}-probe`), ...cases],
})

/** By job. */
export const databaseCases: Readonly<Record<string, readonly AlertCase[]>> = {
  ...both('elasticsearch', 'ElasticsearchExporterDown', elasticsearch),
  ...both('memcached', 'MemcachedExporterDown', memcached),
  ...both('mongodb', 'MongodbExporterDown', mongodb),
  ...both('mysqld', 'MysqldExporterDown', mysqld),
}

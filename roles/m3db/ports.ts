/** What M3DB and its etcd are called, and where they listen. */

export const m3dbName = 'm3db'
export const etcdName = 'm3db_etcd'

/** Of M3DB: `http` for those who write and read, `peers` among the nodes, `metrics` of what it takes in. */
export const m3dbPorts = { http: 7201, metrics: 7203, peers: 9000 } as const

/** Of M3DB, on the loopback of its own host only: what else it opens, of which promha asks `node`. */
export const m3dbOwnPorts = {
  nodeMetrics: 7204,
  cluster: 9001,
  node: 9002,
  clusterHttp: 9003,
  debug: 9004,
} as const

/** Of etcd: `http` for its health and its metrics, `clients` for M3DB, `peers` among its members. */
export const etcdPorts = { http: 2381, clients: 2379, peers: 2380 } as const

/** Of the HAProxies that lead readers to M3DB. */
export const m3dbReadPort = 7211

/** What M3DB's config and its placement call the one zone that there is. */
export const zone = 'embedded'

/** A cell with addresses that move, proxies and a firewall, made by hand: the roles are tried without the topology's rules. */

import { proxyHealth, proxyReadyPath } from '../../src/topology/address/proxy.ts'
import type { CellTopology, Member, MovingAddress } from '../../src/topology/model.ts'

/** Hosts and the first three numbers of their network. */
export function movingCell(network = '198.18.0'): CellTopology {
  const at = (last: number) => `${network}.${last}`
  const [a, b, app] = [
    { host: 'mon-a', address: at(11) },
    { host: 'mon-b', address: at(12) },
    { host: 'app-01', address: at(21) },
  ]
  const member = (of: { host: string; address: string }, port: number): Member => ({
    ...of,
    port,
    local: { address: '127.0.0.1', port },
  })
  const pushgateway: MovingAddress = {
    name: 'pushgateway',
    address: at(100),
    prefix: 24,
    vrid: 51,
    members: [a, b],
    check: { endpoint: { address: '127.0.0.1', port: 9091 }, path: '/-/ready' },
  }
  const loadbalancer: MovingAddress = {
    name: 'loadbalancer',
    address: at(101),
    prefix: 24,
    interface: 'host0',
    vrid: 52,
    members: [b, a],
    check: { endpoint: proxyHealth, path: proxyReadyPath('loadbalancer') },
  }
  const servers = [
    { ...a, port: 9090 },
    { ...b, port: 9090 },
  ]
  const first = {
    name: 'pushgateway',
    listen: { address: '0.0.0.0', port: 9191 },
    balance: 'first',
    servers: [
      { ...a, port: 9091 },
      { ...b, port: 9091 },
    ],
    checkPath: '/-/ready',
  } as const
  const sticky = {
    name: 'loadbalancer',
    listen: { address: at(101), port: 9090 },
    balance: 'sticky',
    servers,
    checkPath: '/-/ready',
  } as const
  const proxies: CellTopology['proxies'] = [
    { ...a, frontends: [first, sticky] },
    { ...b, frontends: [first, sticky] },
    { ...app, frontends: [first] },
  ]
  return {
    name: 'lab',
    hosts: [],
    replicaLabel: 'prometheus_replica',
    replicas: [
      { ...member(a, 9090), name: 'a' },
      { ...member(b, 9090), name: 'b' },
    ],
    peers: [],
    exporters: [
      {
        component: 'node_exporter',
        job: 'node',
        metricsPath: '/metrics',
        members: [member(a, 9100), member(b, 9100), member(app, 9100)],
      },
    ],
    pushgateways: [member(a, 9091), member(b, 9091)],
    probers: [],
    ...{ grafanas: [], stores: [], sinks: [], storeDatasources: [] },
    movingAddresses: [pushgateway, loadbalancer],
    proxies,
    peered: [
      { host: 'mon-a', keepalived: [b.address], haproxy: [app.address, b.address] },
      { host: 'mon-b', keepalived: [a.address], haproxy: [a.address, app.address] },
      { host: 'app-01', haproxy: [a.address, b.address] },
    ],
    firewallRules: [
      {
        host: 'app-01',
        rules: [
          { protocol: 'tcp', port: 9100, from: [a.address, b.address], what: 'exporters' },
          { protocol: 'udp', port: 9094, from: [a.address, 'fd00::1'], what: 'cluster' },
        ],
      },
    ],
    jobs: [],
    fileTargets: [],
    externalLabels: {},
    alertRelabelConfigs: [],
  }
}

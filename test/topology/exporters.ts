/** A cell with two Pushgateways and two probers, made by hand, and what leads to one of each. */
import type { BlackboxSettings } from '../../roles/blackbox_exporter/settings.ts'
import type { PushgatewaySettings } from '../../roles/pushgateway/settings.ts'
import type { CellTopology, Job, Member, MovingAddress } from '../../src/topology/model.ts'

export function pushgatewaySettings(rest: Partial<PushgatewaySettings> = {}): PushgatewaySettings {
  return {
    active: 'mon-a',
    passive: 'mon-b',
    failover: { kind: 'vip', address: '198.18.0.100', prefix: 24 },
    listen: { address: '0.0.0.0', port: 9091 },
    flags: {},
    ...rest,
  }
}

export function blackboxSettings(rest: Partial<BlackboxSettings> = {}): BlackboxSettings {
  return {
    hosts: ['mon-a', 'mon-b'],
    failover: { kind: 'vip', address: '198.18.0.102', prefix: 24 },
    listen: { address: '0.0.0.0', port: 9115 },
    modules: { http_2xx: { prober: 'http' } },
    probes: [],
    flags: {},
    ...rest,
  }
}

const addresses = { 'mon-a': '198.18.0.11', 'mon-b': '198.18.0.12' } as const
type HostName = keyof typeof addresses
const hosts = Object.keys(addresses) as HostName[]

export function memberAt(port: number, rest: Partial<Member> = {}): (host: HostName) => Member {
  return host => ({
    host,
    address: addresses[host],
    port,
    local: { address: '127.0.0.1', port },
    ...rest,
  })
}

function moving(name: string, address: string, port: number): MovingAddress {
  const members = hosts.map(host => ({ host, address: addresses[host] }))
  const check = { endpoint: { address: '127.0.0.1', port }, path: '/-/ready' }
  return { name, address, prefix: 24, vrid: port % 255, members, check }
}

/** HAProxy on both hosts, which leads to the Pushgateways at 9191. */
export const proxies: CellTopology['proxies'] = hosts.map(host => ({
  ...{ host, address: addresses[host] },
  frontends: [
    {
      name: 'pushgateway',
      listen: { address: '0.0.0.0', port: 9191 },
      balance: 'first',
      servers: hosts.map(each => ({ host: each, address: addresses[each], port: 9091 })),
      checkPath: '/-/ready',
    },
  ],
}))

const probe = (name: string, targets: readonly string[]): Job => ({
  name,
  metricsPath: '/probe',
  params: { module: ['http_2xx'] },
  targets: targets.map(target => ({ address: target, instance: target, labels: {} })),
})

export const jobs: readonly Job[] = [
  {
    name: 'pushgateway',
    honorLabels: true,
    targets: [{ address: '198.18.0.100:9091', instance: 'pushgateway:9091', labels: {} }],
  },
  probe('blackbox', ['https://one.example', 'https://two.example']),
  probe('blackbox-2', ['192.0.2.1']),
]

/** The same cell with them. */
export function withExporters(cell: CellTopology, rest: Partial<CellTopology> = {}): CellTopology {
  return {
    ...cell,
    pushgateways: hosts.map(memberAt(9091)),
    probers: hosts.map(memberAt(9115)),
    movingAddresses: [moving('pushgateway', '198.18.0.100', 9091), moving('blackbox', '198.18.0.102', 9115)],
    jobs: [...cell.jobs, ...jobs],
    ...rest,
  }
}

/** HAProxy: one place to ask on each host that has one, whoever is behind it at the moment. */
import { isWildcard } from '../../src/inventory/endpoint.ts'
import type { Endpoint } from '../../src/inventory/model.ts'
import type { Instance, ListeningPort, Resource } from '../../src/resource/model.ts'
import { unitOf } from '../../src/resource/model.ts'
import { isLoopback } from '../../src/topology/address.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { orderOf } from '../../src/topology/order.ts'
import { failuresUntilDown } from '../../src/topology/patience.ts'
import {
  proxyHealth,
  proxyHealthPath,
  proxyPeerPort,
  proxyReadyPath,
  proxyStatisticsPath,
} from '../../src/topology/proxy.ts'
import { renderTemplate } from '../render.ts'
import { directory, hostPackage, ownRoot } from '../resources.ts'

const name = 'haproxy'
const program = '/usr/sbin/haproxy'
const config = `${ownRoot}/haproxy.cfg`

type HostProxy = CellTopology['proxies'][number]

/** One instance a proxy. */
export function haproxyInstances(cell: CellTopology): readonly Instance[] {
  return cell.proxies.map(proxy => instanceOf(cell, proxy))
}

function instanceOf(cell: CellTopology, proxy: HostProxy): Instance {
  const service = { kind: 'service', unit: unitOf(name), ports: portsOf(cell, proxy) } as const
  const command = [program, '-Ws', '-f', config, '-p', '/run/promha-haproxy/haproxy.pid', '-L', proxy.host]
  const unit = renderTemplate(name, 'promha-haproxy.service', {
    commandLine: { command },
    check: { command: [program, '-q', '-c', '-f', config, '-L', proxy.host] },
  })
  const resources: readonly Resource[] = [
    ...hostPackage(name),
    directory(ownRoot, 'root', 'root', 0o755),
    {
      ...{ kind: 'file', path: config, owner: 'root', group: 'root', mode: 0o644, effect: 'reload' },
      content: haproxyConfig(cell, proxy),
    },
    { kind: 'unit', name: service.unit, content: unit },
    service,
  ]
  return {
    cell: cell.name,
    host: proxy.host,
    component: name,
    resources,
    service,
    checks: [{ program, root: ownRoot, args: ['-q', '-c', '-f', 'haproxy.cfg', '-L', proxy.host] }],
    health: { ...proxyHealth, readyPath: proxyHealthPath, loaded: 'none' },
    ...orderOf(name),
  }
}

function portsOf({ proxies }: CellTopology, { frontends }: HostProxy): readonly ListeningPort[] {
  const at = ({ address, port }: Endpoint): ListeningPort => ({
    protocol: 'tcp',
    port,
    ...(isWildcard(address) ? {} : { addresses: [address] }),
  })
  const peers = proxies.length > 1 ? [{ protocol: 'tcp', port: proxyPeerPort } as const] : []
  return [...frontends.map(({ listen }) => at(listen)), at(proxyHealth), ...peers]
}

export function haproxyConfig({ proxies }: CellTopology, { host, frontends }: HostProxy): string {
  return renderTemplate(name, 'haproxy.cfg', {
    frontends: frontends.map(frontend => ({
      ...frontend,
      bind: haproxyAddress(frontend.listen),
      // The address may be on another host at the moment. Only this socket is allowed that, and no setting of the
      // whole host's kernel is touched, which somebody would have to put back.
      elsewhere: !isWildcard(frontend.listen.address) && !isLoopback(frontend.listen.address),
      readyPath: proxyReadyPath(frontend.name),
      fall: failuresUntilDown(frontend.name),
      servers: frontend.servers.map(server => ({ ...server, at: haproxyAddress(server) })),
    })),
    health: { bind: haproxyAddress(proxyHealth), path: proxyHealthPath, statistics: proxyStatisticsPath },
    // Sorted, and one that stands alone has a table of its own all the same, which its reloads keep.
    peers: [...proxies]
      .sort((a, b) => (a.host < b.host ? -1 : 1))
      .filter(proxy => proxy.host !== host)
      .map(proxy => ({ host: proxy.host, at: haproxyAddress({ ...proxy, port: proxyPeerPort }) })),
    own: { host, ...peerBind(proxies) },
  })
}

/** Where the others are heard; an empty address is IPv4's alone. `both`: by IPv4 too. */
function peerBind(proxies: CellTopology['proxies']): { readonly bind: string; readonly both: boolean } {
  const both = proxies.some(({ address }) => address.includes(':'))
  if (proxies.length === 1) return { bind: `127.0.0.1:${proxyPeerPort}`, both: false }
  return { bind: both ? `ipv6@:::${proxyPeerPort}` : `:${proxyPeerPort}`, both }
}

/** As HAProxy writes it: an IPv6 address has no brackets there. */
function haproxyAddress({ address, port }: Endpoint): string {
  return address.includes(':') ? `ipv6@${address}:${port}` : `${address}:${port}`
}

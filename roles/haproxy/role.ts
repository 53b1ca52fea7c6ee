/** HAProxy: one place to ask on each host that has one, whichever host is behind it at the moment. */
import type { Endpoint } from '../../src/inventory/model.ts'
import { isWildcard } from '../../src/inventory/value/endpoint.ts'
import { isLoopback } from '../../src/inventory/value/names.ts'
import type { Instance, ListeningPort, Resource } from '../../src/resource/model.ts'
import { ownConfig } from '../../src/shell/syntax/layout.ts'
import {
  backendOf,
  failuresUntilDown,
  proxyHealth,
  proxyHealthPath,
  proxyPeerPort,
  proxyReadyPath,
  proxyStatisticsPath,
} from '../../src/topology/address/proxy.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { unitInstance } from '../common/exporter.ts'
import { peersCheck, peersFile } from '../common/peers.ts'
import { directory, hostPackage, openConfig } from '../common/resources.ts'
import { renderTemplate } from '../text/render.ts'

const name = 'haproxy'
const program = '/usr/sbin/haproxy'
const config = `${ownConfig}/haproxy.cfg`

type HostProxy = CellTopology['proxies'][number]

/** One instance a proxy. */
export function haproxyInstances(cell: CellTopology): readonly Instance[] {
  return cell.proxies.map(proxy => instanceOf(cell, proxy))
}

function instanceOf(cell: CellTopology, proxy: HostProxy): Instance {
  const ports = portsOf(cell, proxy)
  const command = [program, '-Ws', '-f', config, '-p', '/run/promha-haproxy/haproxy.pid', '-L', proxy.host]
  const content = renderTemplate(name, 'promha-haproxy.service', {
    commandLine: { command },
    check: { command: [program, '-q', '-c', '-f', config, '-L', proxy.host] },
    lowPort: ports.some(({ port }) => port < 1024),
  })
  const before: readonly Resource[] = [
    ...hostPackage(name),
    directory(ownConfig, 'root', 'root', 0o755),
    openConfig(config, haproxyConfig(cell, proxy)),
    peersFile(cell, proxy.host, name),
  ]
  return unitInstance({
    cell: cell.name,
    host: proxy.host,
    component: name,
    before,
    content,
    ports,
    checks: [
      { program, root: ownConfig, args: ['-q', '-c', '-f', 'haproxy.cfg', '-L', proxy.host] },
      peersCheck(name),
    ],
    // The others let it in by its own address only.
    admission: {
      own: proxy.address,
      to: cell.proxies.filter(({ host }) => host !== proxy.host).map(({ address }) => address),
    },
    health: { ...proxyHealth, readyPath: proxyHealthPath, loaded: 'none' },
  })
}

function portsOf({ proxies }: CellTopology, { frontends }: HostProxy): readonly ListeningPort[] {
  return [...frontends.map(({ listen }) => listen), proxyHealth, heardAt(proxies)].map(
    ({ address, port }) => ({
      protocol: 'tcp',
      port,
      ...(isWildcard(address) ? {} : { addresses: [address] }),
    }),
  )
}

/** Where the other HAProxies of the cell are heard. */
function heardAt({ length }: CellTopology['proxies']): Endpoint {
  return { address: length > 1 ? '0.0.0.0' : '127.0.0.1', port: proxyPeerPort }
}

/** The host's whole config as HAProxy reads it. */
export function haproxyConfig({ proxies }: CellTopology, { host, frontends }: HostProxy): string {
  const hasIpv6 = proxies.some(({ address }) => address.includes(':'))
  return renderTemplate(name, 'haproxy.cfg', {
    frontends: frontends.map(frontend => ({
      ...frontend,
      bind: bindOf(frontend.listen, hasIpv6),
      backend: backendOf(frontend),
      readyPath: proxyReadyPath(frontend.name),
      fall: failuresUntilDown(frontend.name),
      servers: frontend.servers.map(server => ({ ...server, at: haproxyAddress(server) })),
    })),
    health: { bind: bindOf(proxyHealth, hasIpv6), path: proxyHealthPath, statistics: proxyStatisticsPath },
    // Sorted, and one that stands alone has a table of its own all the same, which its reloads keep.
    peers: [...proxies]
      .sort((a, b) => (a.host < b.host ? -1 : 1))
      .filter(proxy => proxy.host !== host)
      .map(proxy => ({ host: proxy.host, at: haproxyAddress({ ...proxy, port: proxyPeerPort }) })),
    own: { host, bind: bindOf(heardAt(proxies), hasIpv6) },
  })
}

/** The arguments of `bind`. `hasIpv6`: hosts have IPv6 addresses, which HAProxy's 0.0.0.0, unlike Go's, does not cover. */
function bindOf(listen: Endpoint, hasIpv6: boolean): readonly string[] {
  const { address, port } = listen
  if (isWildcard(address) && (hasIpv6 || address === '::'))
    return [haproxyAddress({ address: '::', port }), 'v4v6']
  if (isWildcard(address) || isLoopback(address)) return [haproxyAddress(listen)]
  // The address may be on another host now. Only this socket is allowed that, without a setting of the host's kernel.
  return [haproxyAddress(listen), 'transparent']
}

/** As HAProxy writes it: an IPv6 address has no brackets there. */
function haproxyAddress({ address, port }: Endpoint): string {
  return address.includes(':') ? `ipv6@${address}:${port}` : `${address}:${port}`
}

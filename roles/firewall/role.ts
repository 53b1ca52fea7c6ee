/** The firewall opens promha's ports to those who need them, and keeps in place what keepalived and HAProxy loaded. */
import { isIp } from '../../src/inventory/value/names.ts'
import type { Instance, Resource, SourceAddress } from '../../src/resource/model.ts'
import { firewallRules, ownConfig } from '../../src/shell/syntax/layout.ts'
import { addressedIn } from '../../src/topology/member/members.ts'
import type { CellTopology, FirewallRules } from '../../src/topology/model.ts'
import { unitInstance } from '../common/exporter.ts'
import { directory, hostPackage, openConfig, scriptFile } from '../common/resources.ts'
import { unitHealth } from '../component.ts'
import { renderTemplate } from '../text/render.ts'

const name = 'firewall'
const watchScript = `${ownConfig}/firewall-watch`

/** One instance a host whose tables are watched; none stands in for another. */
export function firewallInstances(cell: CellTopology): readonly Instance[] {
  return cell.firewallRules.map(onHost => {
    const content = renderTemplate(name, 'promha-firewall.service', {
      load: { command: ['/bin/sh', watchScript, firewallRules, 'once'] },
      keep: { command: ['/bin/sh', watchScript, firewallRules] },
    })
    // Before all that needs it: keepalived and HAProxy have nft load their own parts.
    const before: readonly Resource[] = [
      ...hostPackage('nftables'),
      directory(ownConfig, 'root', 'root', 0o755),
      scriptFile(watchScript, 'restart', renderTemplate(name, 'firewall-watch.sh', {})),
      openConfig(firewallRules, firewallTable(onHost)),
    ]
    return unitInstance({
      cell: cell.name,
      host: onHost.host,
      component: name,
      before,
      content,
      ports: [],
      admission: sourceAddressOf(cell, onHost.host),
      checks: [{ program: '/usr/sbin/nft', root: ownConfig, args: ['-c', '-f', 'firewall.nft'] }],
      health: unitHealth,
    })
  })
}

function sourceAddressOf(cell: CellTopology, host: string): SourceAddress {
  const members = addressedIn(cell)
  const addressOf = (name: string) => members.find(member => member.host === name)?.address ?? name
  const own = addressOf(host)
  const admitting = cell.firewallRules.filter(
    other => other.host !== host && other.rules.some(({ from }) => from.includes(own)),
  )
  return { own, to: admitting.map(other => addressOf(other.host)) }
}

/** The whole table as nft reads it. Throws a RangeError where somebody is named by what is no IP address. */
export function firewallTable({ rules: wanted }: FirewallRules): string {
  return renderTemplate(name, 'firewall.nft', { ports: byPort(wanted) })
}

interface OpenPort {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  readonly what: readonly string[]
  readonly v4: readonly string[]
  readonly v6: readonly string[]
}

/** Each port once: what any of its rules opens is open. */
function byPort(wanted: FirewallRules['rules']): readonly OpenPort[] {
  const keys = [...new Set(wanted.map(({ protocol, port }) => `${protocol} ${port}`))]
  return keys.map(key => {
    const own = wanted.filter(({ protocol, port }) => `${protocol} ${port}` === key)
    const from = [...new Set(own.flatMap(rule => rule.from))].sort()
    const stranger = from.find(address => !isIp(address))
    if (stranger !== undefined)
      throw new RangeError(`the firewall needs IP addresses, and ${stranger} is none`)
    const [{ protocol, port } = { protocol: 'tcp', port: 0 } as const] = own
    return {
      ...{ protocol, port },
      what: [...new Set(own.map(({ what }) => what))],
      v4: from.filter(address => !address.includes(':')),
      v6: from.filter(address => address.includes(':')),
    }
  })
}

/**
 * The firewall: if a cell wants it, promha's own ports are open only to those who need them. On every host with keepalived
 * or HAProxy it keeps what they loaded in place. Nothing else of the host is touched.
 */

import { isIp } from '../../src/inventory/names.ts'
import type { Admission, Instance, Resource } from '../../src/resource/model.ts'
import { unitOf } from '../../src/resource/model.ts'
import { firewallRules, ownConfig } from '../../src/shell/layout.ts'
import { addressedIn } from '../../src/topology/members.ts'
import type { CellTopology, Guarded } from '../../src/topology/model.ts'
import { orderOf } from '../../src/topology/order.ts'
import { unitHealth } from '../component.ts'
import { renderTemplate } from '../render.ts'
import { directory, hostPackage, openConfig, script } from '../resources.ts'

const name = 'firewall'
const keeper = `${ownConfig}/firewall-keeper`

/** One instance a host whose tables are watched; none stands in for another. */
export function firewallInstances(cell: CellTopology): readonly Instance[] {
  return cell.guarded.map(guarded => {
    const service = { kind: 'service', unit: unitOf(name), ports: [] } as const
    const unit = renderTemplate(name, 'promha-firewall.service', {
      load: { command: ['/bin/sh', keeper, firewallRules, 'once'] },
      keep: { command: ['/bin/sh', keeper, firewallRules] },
    })
    // Before all that needs it: keepalived and HAProxy have nft load their own parts.
    const resources: readonly Resource[] = [
      ...hostPackage('nftables'),
      directory(ownConfig, 'root', 'root', 0o755),
      script(keeper, 'restart', renderTemplate(name, 'firewall-keeper.sh', {})),
      openConfig(firewallRules, firewallTable(guarded)),
      { kind: 'unit', name: service.unit, content: unit },
      service,
    ]
    return {
      cell: cell.name,
      host: guarded.host,
      component: name,
      resources,
      service,
      admission: admissionOf(cell, guarded.host),
      checks: [{ program: '/usr/sbin/nft', root: ownConfig, args: ['-c', '-f', 'firewall.nft'] }],
      health: unitHealth,
      ...orderOf(name),
    }
  })
}

/** By which address it has to speak, and to whom. */
function admissionOf(cell: CellTopology, host: string): Admission {
  const members = addressedIn(cell)
  const addressOf = (name: string) => members.find(member => member.host === name)?.address ?? name
  const own = addressOf(host)
  const admitting = cell.guarded.filter(
    other => other.host !== host && other.rules.some(({ from }) => from.includes(own)),
  )
  return { own, to: admitting.map(other => addressOf(other.host)) }
}

/** The whole table as nft reads it. Throws a RangeError where somebody is named by what is no IP address. */
export function firewallTable({ rules: wanted }: Guarded): string {
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
function byPort(wanted: Guarded['rules']): readonly OpenPort[] {
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

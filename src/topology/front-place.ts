/** Where the inventory has what put a line into a config that promha writes as a whole: that of what leads to others. */
import type { ConfigPath, SaidOfText } from '../../roles/component.ts'
import type { Cell } from '../inventory/model.ts'
import { placeInCell } from '../inventory/origin.ts'
import type { Place } from '../inventory/place.ts'

/** The parts of a cell that have an address or a port that leads to whichever host is up, by their names in configs. */
const fronts: Readonly<Record<string, ConfigPath>> = {
  prometheus: ['loadbalancer'],
  loadbalancer: ['loadbalancer'],
  pushgateway: ['pushgateway', 'failover'],
  blackbox: ['blackbox', 'failover'],
}

const words: readonly (readonly [RegExp, readonly ConfigPath[]])[] = [
  [/virtual_router_id|\bvrid\b|VRID/i, [['vrid'], ['vip']]],
  [/\binterface\b/i, [['interface'], ['vip']]],
  [/virtual_ipaddress|ip address/i, [['vip']]],
  [/\bbind\b|cannot bind|starting (proxy|frontend)/i, [['haproxy', 'port'], ['port'], ['vip']]],
]

/** `said.line` is the one that the tool names. */
export function frontPlace(cell: Cell, { message, text, line }: SaidOfText): Place | undefined {
  const there = Object.entries(fronts).filter(([, path]) => endsWith(cell, path))
  const lines = line === undefined ? [] : text.split('\n').slice(0, line)
  const block = blockOf(lines)
  const named = there.filter(([name, path]) => name === block || mentions(cell, path, message))
  const path = (named[0] ?? there[0])?.[1]
  if (!path) return undefined
  const about = `${message}\n${lines[(line ?? 0) - 1] ?? ''}`
  for (const [form, tails] of words) {
    if (!form.test(about)) continue
    for (const tail of tails)
      if (endsWith(cell, [...path, ...tail])) return placeInCell(cell, [...path, ...tail])
  }
  for (const tail of [['vip'], ['haproxy', 'port'], ['haproxy'], ['port']])
    if (endsWith(cell, [...path, ...tail])) return placeInCell(cell, [...path, ...tail])
  return placeInCell(cell, path)
}

/** Whether the cell's text has the whole path. */
function endsWith(cell: Cell, path: ConfigPath): boolean {
  const place = placeInCell(cell, path)
  return place !== undefined && place !== placeInCell(cell, path.slice(0, -1))
}

/** Whether the words hold the address or the interface of that part. */
function mentions(cell: Cell, [part]: ConfigPath, said: string): boolean {
  const failover = part === 'pushgateway' ? cell.pushgateway?.failover : cell.blackbox?.failover
  const vip =
    part === 'loadbalancer' ? cell.loadbalancer?.vip : failover?.kind === 'vip' ? failover : undefined
  const words = said.split(/[^\w.:@-]+/).map(word => word.replace(/[.:]$/, ''))
  return (
    vip !== undefined && [vip.address, vip.interface].some(one => one !== undefined && words.includes(one))
  )
}

/** The name of the last block that is begun in the lines: `vrrp_instance NAME {`, `listen NAME`. */
function blockOf(lines: readonly string[]): string | undefined {
  const found = lines.map(text => /^(?:vrrp_instance|vrrp_script|listen) (\S+)/.exec(text)?.[1])
  return found.findLast(name => name !== undefined)?.replace(/-door$/, '')
}

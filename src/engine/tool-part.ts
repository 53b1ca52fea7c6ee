/** Where a component's part of the inventory stands, for what a tool says about text that promha writes. */
import type { Cell, Component } from '../inventory/model.ts'
import { placeInCell } from '../inventory/origin.ts'
import type { Place } from '../inventory/place.ts'
import type { Path } from './tool-search.ts'

const keys: Readonly<Partial<Record<Component, Path>>> = {
  prometheus: ['prometheus'],
  alertmanager: ['alertmanager'],
  blackbox_exporter: ['blackbox'],
  node_exporter: ['exporters', 'node'],
  pushgateway: ['pushgateway'],
}

/** Where the inventory says what stands under a key of the generated config. */
export function partPlace(cell: Cell, component: Component, path: Path): Place | undefined {
  const own = keys[component]
  if (!own) return addressPlace(cell, component, '', undefined)
  const [top, next] = path
  if (component === 'alertmanager') return placeInCell(cell, [...own, 'config'])
  if (component === 'blackbox_exporter') return placeInCell(cell, [...own, 'modules'])
  if (component !== 'prometheus') return placeInCell(cell, own)
  if (top === 'alerting' && next !== undefined) return placeInCell(cell, [...own, next])
  return placeInCell(cell, top === undefined ? own : [...own, top])
}

/** The parts of a cell that have an address or a port that leads to whichever host is up, by their names in configs. */
const fronts: Readonly<Record<string, Path>> = {
  prometheus: ['loadbalancer'],
  loadbalancer: ['loadbalancer'],
  pushgateway: ['pushgateway', 'failover'],
  blackbox: ['blackbox', 'failover'],
}

const words: readonly (readonly [RegExp, readonly Path[]])[] = [
  [/virtual_router_id|\bvrid\b|VRID/i, [['vrid'], ['vip']]],
  [/\binterface\b/i, [['interface'], ['vip']]],
  [/virtual_ipaddress|ip address/i, [['vip']]],
  [/\bbind\b|cannot bind|starting (proxy|frontend)/i, [['haproxy', 'port'], ['port'], ['vip']]],
]

/**
 * The key of the inventory that put a line into the config of haproxy or keepalived. Both are written by promha as a
 * whole; `line` is the one that the tool names.
 */
export function addressPlace(
  cell: Cell,
  component: Component,
  said: string,
  config: string | undefined,
  line?: number,
): Place | undefined {
  const there = Object.entries(fronts).filter(([, path]) => endsWith(cell, path))
  const named = there.filter(
    ([name, path]) =>
      name === (config === undefined || line === undefined ? undefined : blockAt(config, component, line)) ||
      mentions(cell, path, said),
  )
  const path = (named[0] ?? there[0])?.[1]
  if (!path) return undefined
  const about = `${said}\n${config === undefined || line === undefined ? '' : (checked(config, component)[line - 1] ?? '')}`
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
function endsWith(cell: Cell, path: Path): boolean {
  const place = placeInCell(cell, path)
  return place !== undefined && place !== placeInCell(cell, path.slice(0, -1))
}

/** Whether the words hold the address or the interface of that part. */
function mentions(cell: Cell, [part]: Path, said: string): boolean {
  const failover = part === 'pushgateway' ? cell.pushgateway?.failover : cell.blackbox?.failover
  const vip =
    part === 'loadbalancer' ? cell.loadbalancer?.vip : failover?.kind === 'vip' ? failover : undefined
  const words = said.split(/[^\w.:@-]+/).map(word => word.replace(/[.:]$/, ''))
  return (
    vip !== undefined && [vip.address, vip.interface].some(one => one !== undefined && words.includes(one))
  )
}

/** The name of the block that holds a line: `vrrp_instance NAME {`, `listen NAME`. */
function blockAt(config: string, component: Component, line: number): string | undefined {
  const before = checked(config, component).slice(0, line).reverse()
  const found = before.map(text => /^(?:vrrp_instance|vrrp_script|listen) (\S+)/.exec(text)?.[1])
  return found.find(name => name !== undefined)?.replace(/-door$/, '')
}

/** The lines that the tool sees: keepalived's check is made without its scripts (keepalived-prepare.sh). */
function checked(config: string, component: Component): readonly string[] {
  const lines = config.split('\n')
  if (component !== 'keepalived') return lines
  let until: RegExp | undefined
  return lines.filter(text => {
    if (until) {
      if (until.test(text)) until = undefined
      return false
    }
    if (/^ *script_user |^ *enable_script_security/.test(text)) return false
    if (/^vrrp_script /.test(text)) until = /^}/
    else if (/^ *track_script /.test(text)) until = /^ *}/
    return until === undefined
  })
}

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

/** Keys below a part that a tool's words, or the line that it names, are about. */
const words: readonly (readonly [RegExp, readonly Path[]])[] = [
  [/virtual_router_id|\bvrid\b|VRID/i, [['vrid'], ['vip']]],
  [/\binterface\b/i, [['interface'], ['vip']]],
  [/virtual_ipaddress|ip address/i, [['vip']]],
  [/\bbind\b|cannot bind|starting (proxy|frontend)/i, [['haproxy', 'port'], ['port'], ['vip']]],
]

/** Keys that count if the words lead to none of those above. */
const anyKey: readonly Path[] = [['vip'], ['haproxy', 'port'], ['haproxy'], ['port']]

const blockStart = /^(?:vrrp_instance|vrrp_script|listen) (\S+)/

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
  const written = Object.entries(fronts).filter(([, path]) => isWritten(cell, path))
  // The lines up to the one that the tool names.
  const lines = config === undefined || line === undefined ? [] : checked(config, component).slice(0, line)
  const block = blockAt(lines)
  const named = written.find(([name, path]) => name === block || mentions(cell, path, said))
  const path = (named ?? written[0])?.[1]
  if (!path) return undefined
  const about = `${said}\n${lines[(line ?? 0) - 1] ?? ''}`
  const tails = words.flatMap(([form, keys]) => (form.test(about) ? keys : []))
  const tail = [...tails, ...anyKey].find(keys => isWritten(cell, [...path, ...keys])) ?? []
  return placeInCell(cell, [...path, ...tail])
}

/** Whether the user wrote every key of the path. */
function isWritten(cell: Cell, path: Path): boolean {
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

/** The name of the block that the last of the lines is in: `vrrp_instance NAME {`, `listen NAME`. */
function blockAt(lines: readonly string[]): string | undefined {
  const first = lines.findLast(text => blockStart.test(text)) ?? ''
  return blockStart.exec(first)?.[1]?.replace(/-door$/, '')
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

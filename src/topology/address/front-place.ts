/** Where the inventory has what put a line into a config that promha writes as a whole: that of what leads to others. */
import type { ConfigPath, SaidOfText } from '../../../roles/component.ts'
import { layoutsOf } from '../../../roles/storage/stores.ts'
import type { Cell } from '../../inventory/model.ts'
import { placeInCell } from '../../inventory/origin.ts'
import type { Place } from '../../inventory/text/source-text.ts'
import { vipsOf } from './vips.ts'

/** The parts of a cell that have an address or a port that leads to whichever host is up, by their names in configs. */
const fronts: Readonly<Record<string, ConfigPath>> = {
  prometheus: ['loadbalancer'],
  loadbalancer: ['loadbalancer'],
  pushgateway: ['pushgateway', 'failover'],
  blackbox: ['blackbox', 'failover'],
  grafana: ['grafana'],
}

/** Keys below a part that a tool's words, or the line that it names, are about. */
const words: readonly (readonly [RegExp, readonly ConfigPath[]])[] = [
  [/virtual_router_id|\bvrid\b|VRID/i, [['vrid'], ['vip']]],
  [/\binterface\b/i, [['interface'], ['vip']]],
  [/virtual_ipaddress|ip address/i, [['vip']]],
  [/\bbind\b|cannot bind|starting (proxy|frontend)/i, [['haproxy', 'port'], ['port'], ['vip']]],
]

/** Keys that count if the words lead to none of those above. */
const anyKey: readonly ConfigPath[] = [['vip'], ['haproxy', 'port'], ['haproxy'], ['port']]

const blockStart = /^(?:vrrp_instance|vrrp_script|listen) (\S+)/

/** `said.line` is the one that the tool names. */
export function frontPlace(cell: Cell, { message, text, line }: SaidOfText): Place | undefined {
  const reads = vipsOf(cell).flatMap(({ name, path }) =>
    Object.hasOwn(fronts, name) ? [] : [[name, path] as const],
  )
  const relays = layoutsOf(cell.storage).flatMap(({ key, relay }) =>
    relay ? [[`${key}-write`, ['storage', key, 'write']] as const] : [],
  )
  const written = [...Object.entries(fronts), ...reads, ...relays].filter(([, path]) => isWritten(cell, path))
  // The lines up to the one that the tool names.
  const lines = line === undefined ? [] : text.split('\n').slice(0, line)
  const block = blockAt(lines)
  const named = written.find(([name]) => name === block || mentions(cell, name, message))
  const path = (named ?? written[0])?.[1]
  if (!path) return undefined
  const about = `${message}\n${lines[(line ?? 0) - 1] ?? ''}`
  const tails = words.flatMap(([form, keys]) => (form.test(about) ? keys : []))
  const tail = [...tails, ...anyKey].find(keys => isWritten(cell, [...path, ...keys])) ?? []
  return placeInCell(cell, [...path, ...tail])
}

function isWritten(cell: Cell, path: ConfigPath): boolean {
  const place = placeInCell(cell, path)
  return place !== undefined && place !== placeInCell(cell, path.slice(0, -1))
}

/** Whether the words hold the address or the interface of that part. */
function mentions(cell: Cell, part: string, said: string): boolean {
  const vip = vipsOf(cell).find(({ name }) => name === part)
  const words = said.split(/[^\w.:@-]+/).map(word => word.replace(/[.:]$/, ''))
  return [vip?.address, vip?.interface].some(one => one !== undefined && words.includes(one))
}

/** The name of the block that the last of the lines is in: `vrrp_instance NAME {`, `listen NAME`. */
function blockAt(lines: readonly string[]): string | undefined {
  const first = lines.findLast(text => blockStart.test(text)) ?? ''
  return blockStart.exec(first)?.[1]?.replace(/-(?:door|any|\d+d)$/, '')
}

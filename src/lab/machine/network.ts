/** The lab's bridge and the hosts' links on this machine. */
import { readFile, writeFile } from 'node:fs/promises'
import { address, bridgeName } from '../host/addresses.ts'
import { attempt, runHere } from './run.ts'

/** The networks this machine knows, those of the lab's own bridges left out. */
export async function knownRoutes(): Promise<string[]> {
  const text = await runHere('reading the routes', 'ip', ['-json', '-4', 'route', 'show', 'table', 'all'])
  const routes = JSON.parse(text || '[]') as { dst?: string; dev?: string }[]
  return routes.flatMap(route => (route.dst && !/^phl\d+$/.test(route.dev ?? '') ? [route.dst] : []))
}

async function linkExists(link: string): Promise<boolean> {
  return (await attempt('ip', ['link', 'show', 'dev', link])).code === 0
}

export async function removeLink(link: string): Promise<void> {
  if (await linkExists(link)) await attempt('ip', ['link', 'delete', 'dev', link])
}

/** Makes the bridge, or completes one that was left half-made. */
export async function ensureBridge(index: number): Promise<void> {
  const bridge = bridgeName(index)
  if (!(await linkExists(bridge))) {
    // A hardware address of its own: otherwise it takes that of a port and changes as hosts come and go.
    const low = [index >> 8, index & 255].map(byte => byte.toString(16).padStart(2, '0')).join(':')
    const args = ['link', 'add', bridge, 'address', `02:70:68:6c:${low}`, 'type', 'bridge']
    await runHere(`making the bridge ${bridge}`, 'ip', args)
  }
  const own = `${address(index, 1)}/24`
  await runHere(`giving ${bridge} its address`, 'ip', ['address', 'replace', own, 'dev', bridge])
  await runHere(`raising ${bridge}`, 'ip', ['link', 'set', 'dev', bridge, 'up'])
  await allowAcross(bridge)
}

export async function removeBridge(index: number): Promise<void> {
  const bridge = bridgeName(index)
  await removeLink(bridge)
  if (await filtersBridges()) await attempt('iptables', ['-D', ...acrossRule(bridge)])
}

/** Where a firewall for containers filters bridged packets too, hosts of a lab could not reach each other. */
async function allowAcross(bridge: string): Promise<void> {
  if (!(await filtersBridges())) return
  if ((await attempt('iptables', ['-C', ...acrossRule(bridge)])).code === 0) return
  await attempt('iptables', ['-I', ...acrossRule(bridge)])
}

function acrossRule(bridge: string): string[] {
  return ['FORWARD', '-i', bridge, '-o', bridge, '-j', 'ACCEPT']
}

async function filtersBridges(): Promise<boolean> {
  const value = await readFile('/proc/sys/net/bridge/bridge-nf-call-iptables', 'utf8').catch(() => '0')
  return value.trim() === '1'
}

/** Each booted system takes a dozen of the kernel's inotify instances, all counted against root. */
export async function raiseInotifyLimit(hosts: number): Promise<void> {
  const file = '/proc/sys/fs/inotify/max_user_instances'
  const needed = 128 + hosts * 16
  const present = Number(await readFile(file, 'utf8'))
  if (present < needed) await writeFile(file, String(needed)).catch(() => undefined)
}

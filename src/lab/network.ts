/** The lab's bridge and the hosts' links on this machine. */
import { readFile, writeFile } from 'node:fs/promises'
import { bridgeName, linkName, machineAddress } from './addresses.ts'
import { attempt, run } from './process.ts'

/** The networks this machine knows, those of the lab's own bridges left out. */
export async function knownRoutes(): Promise<string[]> {
  const text = await run('reading the routes', 'ip', ['-json', '-4', 'route', 'show', 'table', 'all'])
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
    const mac = `02:70:68:6c:${low}`
    await run(`making the bridge ${bridge}`, 'ip', ['link', 'add', bridge, 'address', mac, 'type', 'bridge'])
  }
  const address = `${machineAddress(index)}/24`
  await run(`giving ${bridge} its address`, 'ip', ['address', 'replace', address, 'dev', bridge])
  await run(`raising ${bridge}`, 'ip', ['link', 'set', 'dev', bridge, 'up'])
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

/** Pulls a host's cable, or puts it back. */
export async function setLink(index: number, host: string, state: 'up' | 'down'): Promise<void> {
  const link = linkName(index, host)
  await run(`setting ${link} ${state}`, 'ip', ['link', 'set', 'dev', link, state])
}

/** Each booted system takes a dozen of the kernel's inotify instances, all counted against root. */
export async function raiseInotifyLimit(hosts: number): Promise<void> {
  const file = '/proc/sys/fs/inotify/max_user_instances'
  const needed = 128 + hosts * 16
  const present = Number(await readFile(file, 'utf8'))
  if (present < needed) await writeFile(file, String(needed)).catch(() => undefined)
}

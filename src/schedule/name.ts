/** What a schedule is called: by its inventory's path, so that several lie side by side. */
import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'

/** `promha-drift-shop-inventory-1f2e3d4c`: folder and file of the absolute path for people, and a hash of it. */
export function scheduleName(inventory: string): string {
  const words = [basename(dirname(inventory)), basename(inventory).replace(/\.ya?ml$/, '')]
    .map(word => word.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, ''))
    .filter(word => word !== '')
  const hash = createHash('sha256').update(inventory).digest('hex').slice(0, 8)
  return ['promha-drift', ...words.map(word => word.slice(0, 40)), hash].join('-')
}

export function serviceUnit(name: string): string {
  return `${name}.service`
}

export function timerUnit(name: string): string {
  return `${name}.timer`
}

/** The file that node_exporter reads; it takes every `*.prom` of its directory. */
export function metricsFile(inventory: string): string {
  return `${scheduleName(inventory).replaceAll('-', '_')}.prom`
}

/** What of Grafana's settings promha writes itself, each with what to use instead. */
import type { Own } from '../../../src/inventory/cell/flags.ts'

export const grafanaOwnFlags: Own = { '*': 'use "config"' }

const places = 'promha says where its files are'
const address = 'use "listen"'

/** `SECTION.KEY`, without a dot in SECTION; `SECTION.*` is the whole section. */
const own: Readonly<Record<string, string>> = {
  'paths.*': places,
  'database.path': places,
  'server.http_addr': address,
  'server.http_port': address,
  'server.protocol': 'promha asks Grafana by plain HTTP on its own host; TLS is not supported yet',
  'server.serve_from_sub_path': 'promha asks Grafana at the top of its address',
  'security.disable_initial_admin_creation': 'set "admin_password" if there is to be an admin',
  'metrics.enabled': 'promha scrapes its metrics',
  'metrics.basic_auth_username': 'promha scrapes its metrics without a password',
  'metrics.basic_auth_password': 'promha scrapes its metrics without a password',
}

/** What to use instead of a setting; undefined if promha leaves it to the user. */
export function instead(section: string, key: string): string | undefined {
  // A key that [server.x] lacks is that of [server] to Grafana, and is changed there. Other spellings would lead to the same.
  const [name = ''] = section.trim().toLowerCase().split('.', 1)
  return own[`${name}.${key.toLowerCase()}`] ?? own[`${name}.*`]
}

/** Where the HAProxy of a host is asked, and where HAProxies tell each other whom they chose. */
import type { Endpoint } from '../../inventory/model.ts'
import type { Frontend } from './frontend.ts'

/** HAProxy answers questions about itself here: on its own host only. */
export const proxyHealth: Endpoint = { address: '127.0.0.1', port: 8405 }

/** 200 as long as HAProxy runs, whatever is behind it. */
export const proxyHealthPath = '/-/healthy'

/** TCP, among the HAProxies of a cell: they agree on who is active, and a reload or a restart forgets nothing. */
export const proxyPeerPort = 8406

/** 200 while a server behind the frontend is up: what keepalived asks before a host may have its address. */
export function proxyReadyPath(frontend: string): string {
  return `/-/ready/${frontend}`
}

/** Where a frontend has its servers as they are up; under its own name, those that it prefers may be fewer. */
export function backendOf({ name, preferred }: Pick<Frontend, 'name' | 'preferred'>): string {
  return preferred ? `${name}-any` : name
}

/** What it says of its servers; with `;csv` behind it as CSV. */
export const proxyStatisticsPath = '/-/statistics'

/** Unanswered questions in a row, one a second, until it is down. A Pushgateway, which loses data, has time to restart. */
export function failuresUntilDown(name: string): number {
  return name === 'pushgateway' ? 3 : 2
}

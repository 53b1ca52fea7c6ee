/** An inventory with M3DB: a pair on mon-a and mon-b, and M3DB with its etcd on m1 to m3. */
export function m3dbSite(words = threeNodes, interval = '15s'): string {
  return `promha: 1
hosts:
  mon-a: { address: 198.18.0.11 }
  mon-b: { address: 198.18.0.12 }
  'm[1:5]': { address: '198.18.0.[13:17]' }
cells:
  eu:
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      alertmanagers: []
      retention: { time: 10d }
      global: { scrape_interval: ${interval} }
    storage:
      m3db: ${words}
`
}

export const etcd = 'etcd: [m1, m2, m3]'
export const threeNodes = `{ hosts: [m1, m2, m3], ${etcd} }`

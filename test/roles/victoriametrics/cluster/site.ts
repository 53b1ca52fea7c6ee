/** An inventory with a VictoriaMetrics cluster on s1, s2 and s3, fed by a pair on mon-a and mon-b. */
export function clusterSite(words: string, further = ''): string {
  return `promha: 1
hosts:
  mon-a: { address: 198.18.0.11 }
  mon-b: { address: 198.18.0.12 }
  's[1:5]': { address: '198.18.0.[21:25]' }
cells:
  eu:
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      alertmanagers: []
      retention: { time: 10d }
      global: { scrape_interval: 15s }
    storage:
      victoriametrics: ${words}
${further}`
}

export const three = '[s1, s2, s3]'
export const cluster = `cluster: { storage: ${three}, insert: ${three}, select: ${three}, replication: 2 }`

/** An inventory with Thanos: a pair on mon-a and mon-b, and further hosts for what reads from it. */
export function thanosSite(words: string, ...prometheus: readonly string[]): string {
  return `promha: 1
hosts:
  mon-a: { address: 198.18.0.11 }
  mon-b: { address: 198.18.0.12 }
  st-a: { address: 198.18.0.13 }
  st-b: { address: 198.18.0.14 }
cells:
  eu:
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      alertmanagers: []
      retention: { time: 10d }
${prometheus.map(line => `      ${line}\n`).join('')}    storage:
      thanos: ${words}
`
}

export const twoQueries = '{ query: [mon-a, st-a] }'

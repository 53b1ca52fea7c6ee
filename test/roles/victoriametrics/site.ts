/** An inventory with a store: a pair on mon-a and mon-b, and VictoriaMetrics on vm-a and vm-b. */
export function storeSite(words: string, ...prometheus: readonly string[]): string {
  return `promha: 1
hosts:
  mon-a: { address: 198.18.0.11 }
  mon-b: { address: 198.18.0.12 }
  vm-a: { address: 198.18.0.13 }
  vm-b: { address: 198.18.0.14 }
  vm-c: { address: 198.18.0.15 }
  named: { address: vm.example.net }
cells:
  eu:
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      alertmanagers: []
      retention: { time: 10d }
${prometheus.map(line => `      ${line}\n`).join('')}    storage:
      victoriametrics: ${words}
`
}

export const twoNodes = '{ hosts: [vm-a, vm-b], retention: 365d }'
export const readable = '{ hosts: [vm-a, vm-b], retention: 365d, read: { vip: 198.18.0.110/24 } }'

/** An inventory with a ring: a pair on mon-a and mon-b, and Cortex or Mimir on c1 to c3. */
export function ringSite(
  words: string,
  {
    store = 'cortex',
    prometheus = [],
  }: { readonly store?: string; readonly prometheus?: readonly string[] } = {},
): string {
  return `promha: 1
hosts:
  mon-a: { address: 198.18.0.11 }
  mon-b: { address: 198.18.0.12 }
  'c[1:4]': { address: '198.18.0.[13:16]' }
cells:
  eu:
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      alertmanagers: []
      retention: { time: 10d }
${prometheus.map(line => `      ${line}\n`).join('')}    storage:
      ${store}: ${words}
`
}

export const bucket =
  'objstore: { type: S3, config: { bucket: b, endpoint: "s3.example.net:9000", access_key: k, secret_key: s } }'
export const rest = `retention: 365d, ${bucket}`
export const threeHosts = `{ hosts: [c1, c2, c3], ${rest} }`

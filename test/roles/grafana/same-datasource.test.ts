/** Datasources of the user's that have a name of promha's. */
import assert from 'node:assert/strict'
import { head, read } from '../../inventory/harness.ts'

const pair = '    prometheus: { replicas: { a: mon-a, b: mon-b }, alertmanagers: [] }\n'
const store = '    storage: { victoriametrics: { hosts: [mon-a, mon-b], retention: 365d } }\n'
const grafana = (words: string) => `    grafana: { hosts: [mon-a, mon-b], vip: 198.18.0.111/24, ${words} }\n`
const files = 'files: { provisioning/datasources/own.yml: own.yml }'
const file = (name: string, more = 'access: proxy') =>
  `apiVersion: 1\ndatasources:\n  - type: loki\n    name: ${name}\n    ${more}\n`

async function found(parts: string, own: string) {
  const { problems } = await read(`${head}cells:\n  eu:\n${parts}`, { 'own.yml': own })
  return problems
    .filter(({ code }) => code === 'grafana.same-datasource')
    .map(({ summary, source }) => [
      /has the (\S+ "[^"]*")/.exec(summary)?.[1],
      source?.file.replace(/.*\//, ''),
      source?.line,
    ])
}

describe("a datasource of the user's", () => {
  const beside = (own: string) => found(pair + grafana(files), own)

  it('has no name of the pair or of a replica', async () => {
    assert.deepEqual(await beside(file('Prometheus')), [['name "Prometheus"', 'own.yml', 4]])
    assert.deepEqual(await beside(file('Prometheus a')), [['name "Prometheus a"', 'own.yml', 4]])
    assert.deepEqual(await beside(file('Loki')), [])
    assert.deepEqual(await beside(file('prometheus')), [])
  })

  it('has no uid of promha', async () => {
    const refused = [['uid "promha-prometheus"', 'own.yml', 5]]
    assert.deepEqual(await beside(file('Loki', 'uid: promha-prometheus')), refused)
    assert.deepEqual(await beside(file('Loki', 'uid: promha-loki')), [])
  })

  it('has a name of a store only in a cell without that store', async () => {
    const own = file('VictoriaMetrics mon-a')
    const refused = [['name "VictoriaMetrics mon-a"', 'own.yml', 4]]
    assert.deepEqual(await found(pair + store + grafana(files), own), refused)
    assert.deepEqual(await beside(own), [])
  })

  it('has any name in another organization', async () => {
    assert.deepEqual(await beside(file('Prometheus', 'orgId: 2')), [])
    assert.deepEqual(await beside(file('Prometheus', 'org_id: 1')), [['name "Prometheus"', 'own.yml', 4]])
  })

  it('is refused once if several hosts have the file', async () => {
    const words = `per_host: { mon-a: { ${files} }, mon-b: { ${files} } }`
    assert.equal((await found(pair + grafana(words), file('Prometheus'))).length, 1)
  })
})

/** What is refused or warned of in the files with datasources that a user ships. */
import assert from 'node:assert/strict'
import { head, read } from '../../../inventory/harness.ts'

const pair = '    prometheus: { replicas: { a: mon-a, b: mon-b }, alertmanagers: [] }\n'
const store = '    storage: { victoriametrics: { hosts: [mon-a, mon-b], retention: 365d } }\n'
const cell = (words: string, beside = pair) =>
  `${head}cells:\n  eu:\n${beside}    grafana: { hosts: [mon-a, mon-b], vip: 198.18.0.111/24, ${words} }\n`
const shipped = (file: string, name = file) => `files: { provisioning/datasources/${name}: ${file} }`
const file = (name: string, more: string) =>
  `apiVersion: 1\ndatasources:\n  - name: ${name}\n    type: loki\n    ${more}\n`

async function codes(text: string, files: Readonly<Record<string, string>>) {
  const { problems } = await read(text, files)
  // That nothing writes to a store alone is another matter.
  return problems
    .filter(({ code }) => code !== 'storage.nothing-writes')
    .map(({ code, source }) => [code, source?.file.replace(/.*\//, ''), source?.line])
}

describe('a data source in a file', () => {
  const of = (more: string) => codes(cell(shipped('loki.yml')), { 'loki.yml': file('Loki', more) })

  it('is not the default beside the pair', async () => {
    const second = [['grafana.second-default', 'loki.yml', 5]]
    assert.deepEqual(await of('isDefault: true'), second)
    assert.deepEqual(await of('is_default: "true"'), second)
    assert.deepEqual(await of('isDefault: false'), [])
    assert.deepEqual(await of('orgId: 2\n    isDefault: true'), [])
  })

  it('may be the one default beside a store', async () => {
    const files = { 'a.yml': file('A', 'isDefault: true'), 'b.yml': file('B', 'isDefault: true') }
    const of = (words: string) => codes(cell(words, store), files)
    assert.deepEqual(await of(shipped('a.yml')), [])
    const both = 'files: { provisioning/datasources/a.yml: a.yml, provisioning/datasources/b.yml: b.yml }'
    assert.deepEqual(await of(both), [['grafana.second-default', 'b.yml', 5]])
    const hosts = `per_host: { mon-a: { ${shipped('a.yml')} }, mon-b: { ${shipped('b.yml')} } }`
    assert.deepEqual(await of(hosts), [])
    const beside = `${shipped('a.yml')}, per_host: { mon-b: { ${shipped('b.yml')} } }`
    assert.deepEqual(await of(beside), [['grafana.second-default', 'b.yml', 5]])
  })

  it('has a secret in the old spelling too', async () => {
    const refused = [['grafana.no-secret-key', 'loki.yml', 5]]
    assert.deepEqual(await of('secure_json_data: { token: x }'), refused)
    assert.deepEqual(await of('basic_auth_password: x'), refused)
    assert.deepEqual(await of('secure_json_data: {}'), [])
  })

  it('has no reference that promha expands', async () => {
    const warned = [['secret.file-not-expanded', 'loki.yml', 5]]
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: as a user writes them
    assert.deepEqual(await of('url: http://${env:LOKI}:3100'), warned)
    assert.deepEqual(await of('url: http://$LOKI:3100'), [])
    assert.deepEqual(await of('url: http://$__env{LOKI}:3100'), [])
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as a user writes them
  })
})

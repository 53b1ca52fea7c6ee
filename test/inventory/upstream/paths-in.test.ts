import assert from 'node:assert/strict'
import { pathsIn } from '../../../src/inventory/upstream/paths-in.ts'

const told = (value: unknown) => pathsIn(value).map(({ path, discovery }) => [path, discovery])

describe('paths in a config', () => {
  it('are those that the program reads, at any depth', () => {
    const config = {
      scrape_configs: [
        { tls_config: { ca_file: 'ca.pem' }, http_headers: { A: { files: ['header'] } } },
        { file_sd_configs: [{ files: ['sd/*.yml', 1] }] },
      ],
      templates: ['a.tmpl'],
    }
    assert.deepEqual(told(config), [
      ['ca.pem', false],
      ['header', false],
      ['sd/*.yml', true],
      ['a.tmpl', false],
    ])
  })

  for (const key of ['labels', 'external_labels', 'params', 'alerting'])
    it(`are none below "${key}"`, () => {
      assert.deepEqual(told({ a: [{ [key]: { x_file: 'a', files: ['b'] } }] }), [])
    })

  for (const key of ['query_log_file', 'scrape_failure_log_file'])
    it(`are not "${key}", which Prometheus writes`, () => {
      assert.deepEqual(told({ global: { [key]: 'a.log' } }), [])
    })
})

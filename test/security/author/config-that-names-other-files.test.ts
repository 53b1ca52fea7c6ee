/** sql_exporter opens the files that its config names and asks secret managers, so a stranger's config is not checked here. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { definitions } from '../../../roles/index.ts'
import { buildInstances } from '../../../roles/instances.ts'
import { localChecks } from '../../../src/check/tool/local-program.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { head, read } from '../../inventory/harness.ts'

const configs = {
  sql: '{ collector_files: [/etc/machine-id], target: { data_source_name: "awssecretsmanager://a" } }',
  snmp: '{ auths: { a: { version: 2 } }, modules: { m: { walk: [1.3] } } }',
  statsd: '{ mappings: [] }',
}

describe('a config that names other files', () => {
  it('is checked on the host only', async () => {
    const entries = Object.entries(configs).map(
      ([key, config]) => `      ${key}: { hosts: [mon-a], config: ${config} }\n`,
    )
    const { inventory, problems } = await read(`${head}cells:\n  eu:\n    exporters:\n${entries.join('')}`)
    if (!inventory) assert.fail(JSON.stringify(problems))
    const instances = buildInstances(inventory, buildTopology(inventory), () => '1.0.0')
    assert.deepEqual(
      localChecks(instances)
        .filter(({ check }) => !check.flags)
        .map(({ component }) => component)
        .sort(),
      ['snmp_exporter', 'statsd_exporter'],
    )
    const sql = instances.find(({ component }) => component === 'sql_exporter')
    assert.deepEqual(
      sql?.checks.map(({ args }) => args),
      [['-config.check', '-config.file', 'sql_exporter.yml']],
    )
  })

  it('is read by no program that the manual does not name', () => {
    const manual = readFileSync('docs/security.md', 'utf8').split('### Programs that run on this machine')[1]
    for (const { name, exporter } of definitions) {
      if (!exporter?.config?.checkedHere && !exporter?.flagsCheck) continue
      assert.ok(manual?.split('Such a')[0]?.includes(`\`${name}\``), name)
    }
  })

  it('is one of any exporter whose check was not read for what it opens', () => {
    const here = definitions.flatMap(({ exporter }) => (exporter?.config?.checkedHere ? [exporter.key] : []))
    assert.deepEqual(here.sort(), ['process', 'snmp', 'statsd'])
  })
})

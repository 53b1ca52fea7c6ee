/** What a check sees of the user's own files. */
import assert from 'node:assert/strict'
import { definitions } from '../../roles/index.ts'
import { buildInstances } from '../../roles/instances.ts'
import { judgedBundle } from '../../src/check/judged.ts'
import { releaseIn } from '../../src/inventory/artifact/own-releases.ts'
import { buildTopology } from '../../src/topology/build.ts'
import { head, read } from '../inventory/harness.ts'
import { leastOfAll } from '../roles/least.ts'

describe('the bundle of a check', () => {
  it('names the file of the user behind each of its own, and conceals it', async () => {
    const text = leastOfAll(name => ({
      files: { 'sub/any.pem': `${name}.pem` },
      ...(name === 'statsd_exporter' ? { config: { mappings: [] } } : {}),
    }))
    text.exporters = {
      ...text.exporters,
      second: {
        use: 'snmp',
        config: { modules: { any: {} } },
        listen: 'self:9999',
        files: { 'sub/any.pem': 'second_exporter.pem' },
      },
    }
    const names = [...definitions.map(({ name }) => name), 'second_exporter']
    const { inventory, problems } = await read(
      `${head}cells: { lab: ${JSON.stringify(text)} }\n`,
      Object.fromEntries(names.map(name => [`${name}.pem`, name])),
    )
    assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
    const instances = buildInstances(
      inventory,
      buildTopology(inventory),
      name => releaseIn(inventory, name).version,
    )
    const judged = new Set<string>()
    for (const instance of instances)
      for (const check of instance.checks)
        for (const { name, path, concealed } of judgedBundle(instance, check, inventory).files) {
          if (!name.endsWith('sub/any.pem')) continue
          judged.add(instance.component)
          assert.match(
            path ?? '',
            new RegExp(`/${instance.component}\\.pem$`),
            `${instance.component}: ${name}`,
          )
          assert.equal(concealed, true)
        }
    for (const name of [
      'prometheus',
      'alertmanager',
      'blackbox_exporter',
      'statsd_exporter',
      'second_exporter',
    ])
      assert.ok(judged.has(name), name)
  })
})

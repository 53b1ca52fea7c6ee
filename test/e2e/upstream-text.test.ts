/** What a config means is what upstream's own program makes of it: the same of the user's text and of promha's. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { yamlText } from '../../roles/yaml.ts'
import { source } from '../../src/inventory/place.ts'
import { parseYaml } from '../../src/inventory/yaml.ts'
import { alertmanagerYml, blackboxYml, prometheusYml } from './support/documents.ts'
import { type Program, type Reader, startReader, upstreamPrograms } from './support/reader.ts'

const documents = {
  prometheus: prometheusYml,
  alertmanager: alertmanagerYml,
  blackbox_exporter: blackboxYml,
}

describe('a config that promha writes', function () {
  this.timeout(300_000)
  let paths: Awaited<ReturnType<typeof upstreamPrograms>>
  const readers: Reader[] = []
  before(async () => {
    paths = await upstreamPrograms()
  })
  after(() => Promise.all(readers.map(reader => reader.stop())))

  for (const [program, document] of Object.entries(documents)) {
    it(`means to ${program} what the user's own text does`, async () => {
      const reader = await startReader(program as Program, paths[program as Program])
      readers.push(reader)
      let taken = 0
      const runs = Number(process.env.RUNS ?? 200)
      await fc.assert(
        fc.asyncProperty(fc.gen(), async g => {
          const text = document(g)
          const meant = await reader.read(text)
          // What upstream refuses is told by its own check.
          if (meant === undefined) return
          taken += 1
          const { value, problems } = parseYaml(source('config.yml', text))
          assert.deepEqual(problems, [], text)
          const written = yamlText(value)
          assert.deepEqual(await reader.read(written), meant, `${text}\nbecame\n${written}`)
        }),
        { numRuns: runs },
      )
      assert.ok(taken > runs / 4, `${program} took ${taken} of ${runs} texts only`)
    })
  }
})

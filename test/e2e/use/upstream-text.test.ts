/** What a config means is what upstream's own program makes of it: the same of the user's text and of promha's. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { yamlText } from '../../../roles/text/yaml.ts'
import { source } from '../../../src/inventory/text/source-text.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'
import { alertmanagerTexts, blackboxTexts, prometheusTexts } from '../support/upstream/corpus.ts'
import { alertmanagerYml, blackboxYml, prometheusYml } from '../support/upstream/documents.ts'
import { type Program, type Reader, startReader, upstreamPrograms } from '../support/upstream/reader.ts'

const documents = {
  prometheus: { generated: prometheusYml, texts: prometheusTexts },
  alertmanager: { generated: alertmanagerYml, texts: alertmanagerTexts },
  blackbox_exporter: { generated: blackboxYml, texts: blackboxTexts },
}
const runs = 120

describe('a config that promha writes', function () {
  this.timeout(300_000)
  let paths: Awaited<ReturnType<typeof upstreamPrograms>>
  before(async () => {
    paths = await upstreamPrograms()
  })

  for (const [name, { generated, texts }] of Object.entries(documents)) {
    describe(`for ${name}`, () => {
      let reader: Reader
      before(async () => {
        reader = await startReader(name as Program, paths[name as Program])
      })
      after(() => reader.stop())

      /** Whether upstream takes the user's text; what promha writes must then mean the same. */
      async function isTaken(text: string): Promise<boolean> {
        const meant = await reader.read(text)
        // What upstream refuses is told by its own check.
        if (meant === undefined) return false
        const { value, problems } = parseYaml(source('config.yml', text))
        assert.deepEqual(problems, [], text)
        const written = yamlText(value)
        assert.deepEqual(await reader.read(written), meant, `${text}\nbecame\n${written}`)
        return true
      }

      for (const [what, text] of Object.entries(texts)) {
        it(`means the same as the user's text: ${what}`, async () => assert.ok(await isTaken(text), text))
      }

      it("means the same as any text of the user's", async () => {
        let taken = 0
        const property = fc.asyncProperty(fc.gen(), async g => {
          if (await isTaken(generated(g))) taken += 1
        })
        await fc.assert(property, { numRuns: runs })
        assert.ok(taken > runs / 4, `${name} took ${taken} of ${runs} texts only`)
      })
    })
  }
})

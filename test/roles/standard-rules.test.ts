/** The standard alert rules as files: promtool tries them in `test/e2e/standard-rules.test.ts`. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { definitions } from '../../roles/index.ts'
import { exporterCases } from './standard-rules/exporters.ts'
import { nodeCases } from './standard-rules/node.ts'
import { rulesIn } from './standard-rules/promtool.ts'

const described = readFileSync(fileURLToPath(new URL('../../docs/rules.md', import.meta.url)), 'utf8')
const sets = definitions.flatMap(({ exporter }) =>
  exporter?.rules ? [{ ...exporter, ...exporter.rules }] : [],
)

describe('the standard rules', () => {
  it('are there', () => assert.ok(sets.length >= 9))

  for (const { key, file } of sets) {
    const rules = rulesIn(file)

    it(`of ${key} each have a test`, () => {
      const cases = { node: nodeCases, ...exporterCases }
      const tested = Object.entries(cases)
        .filter(([job]) => job.replace(/-probe.*/, '') === key)
        .flatMap(([, all]) => all.map(({ alert, severity }) => `${alert} ${severity}`))
      const all = rules.map(({ alert, labels }) => `${alert} ${labels.severity}`)
      assert.deepEqual([...new Set(tested)].sort(), [...new Set(all)].sort())
    })

    it(`of ${key} say what is wrong, how bad it is, and whose they are`, () => {
      for (const { alert, labels, annotations } of rules) {
        assert.match(labels.severity ?? '', /^(info|warning|critical)$/, alert)
        assert.equal(labels.promha, 'standard', alert)
        assert.deepEqual(Object.keys(annotations), ['summary', 'description'], alert)
        assert.doesNotMatch(annotations.description ?? '', /\{\{/, alert)
      }
    })

    it(`of ${key} look at its own jobs in its own cell`, () => {
      const own = new RegExp(`^\\{job(="${key}"|=~"${key}(\\(-probe\\.\\*\\)\\?|-probe\\.\\*)"), cell=""`)
      for (const { alert, expr } of rules) {
        const selectors = expr.match(/\{[^}]*\}/g) ?? []
        assert.ok(selectors.length > 0, alert)
        for (const selector of selectors) assert.match(selector, own, alert)
      }
    })

    it(`of ${key} are described`, () => {
      for (const { alert, labels, for: time } of rules) {
        const row = new RegExp(
          `^\\| \`${alert}\` +\\| ${labels.severity} +\\|.*\\| ${time ?? 'at once'} +\\|`,
          'm',
        )
        assert.match(described, row)
      }
    })
  }
})

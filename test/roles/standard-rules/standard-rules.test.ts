/** The standard alert rules as files: promtool tries them in `test/e2e/component/standard-rules.test.ts`. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { definitions } from '../../../roles/index.ts'
import { probeSuffix } from '../../../src/topology/probe-job.ts'
import { exporterCases } from './exporters.ts'
import { nodeCases } from './node.ts'
import { rulesIn } from './promtool.ts'

const described = readFileSync(fileURLToPath(new URL('../../../docs/rules.md', import.meta.url)), 'utf8')
const sets = definitions.flatMap(({ exporter }) =>
  exporter?.rules ? [{ ...exporter, ...exporter.rules }] : [],
)

interface Row {
  readonly alert: string
  readonly severity: string
  readonly condition: string
  readonly time: string
}

/** The rows of the exporter's own section. */
function rowsOf(key: string): readonly Row[] {
  const [, section = ''] = new RegExp(`\\n### ${key}\\n(.*?)\\n##`, 's').exec(described) ?? []
  return [...section.matchAll(/^\| `(\w+)` +\| (\w+) +\| (.*?) +\| (.*?) +\|/gm)].map(
    ([, alert = '', severity = '', condition = '', time = '']) => ({ alert, severity, condition, time }),
  )
}

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400, days: 86_400 }
const operators: Readonly<Record<string, string>> = { '≥': '>=', '≤': '<=' }

/** Each number of a condition, with what is before it if it is compared, as `numbersIn` has it. */
function thresholdsIn(condition: string) {
  const found = condition.matchAll(/(?:([<>≤≥]) )?(?<![\w.])(\d+(?:\.\d+)?)(?: (%|ms|s|min|h|days)(?!\w))?/g)
  return [...found].map(([said, operator, digits, unit = '']) => {
    const value = Number(digits)
    const scaled = unit === '%' ? value / 100 : unit === 'ms' ? value / 1000 : value * (seconds[unit] ?? 1)
    // Some metrics are in days.
    const values = unit === 'days' ? [scaled, value] : [scaled]
    const before = operator === undefined ? '' : `${operators[operator] ?? operator} `
    return { said, either: values.map(one => `${before}${one}`) }
  })
}

/** An expression without its selectors, each number and each operator of which has blanks around it. */
function numbersIn(expr: string): string {
  return ` ${expr} `
    .replaceAll(/\{[^}]*\}/g, ' ')
    .replaceAll(/(\d+) \* (\d+)/g, (_, one, other) => String(Number(one) * Number(other)))
    .replaceAll(/(?<![\w.])(\d+)([smhd])\b/g, (_, count, unit) =>
      String(Number(count) * (seconds[unit] ?? 1)),
    )
    .replaceAll(/(?<![\w.])\d+(?:\.\d+)?(?![\w.])/g, digits => ` ${Number(digits)} `)
    .replaceAll(/\s+/g, ' ')
}

describe('the standard rules', () => {
  it('are there', () => assert.ok(sets.length >= 24))

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
      const ofProbes = [`(${probeSuffix})?`, probeSuffix].map(one => `{job=~"${key}${one}", cell=""`)
      const own = [`{job="${key}", cell=""`, ...ofProbes]
      for (const { alert, expr } of rules) {
        const selectors = expr.match(/\{[^}]*\}/g) ?? []
        assert.ok(selectors.length > 0, alert)
        for (const selector of selectors)
          assert.ok(
            own.some(one => selector.startsWith(one)),
            `${alert}: ${selector}`,
          )
      }
    })

    it(`of ${key} are described`, () => {
      const rows = rowsOf(key)
      assert.deepEqual(
        rows.map(({ alert, severity, time }) => `${alert} ${severity} ${time}`).sort(),
        rules
          .map(({ alert, labels, for: time }) => `${alert} ${labels.severity} ${time ?? 'at once'}`)
          .sort(),
      )
      for (const { alert, severity, condition } of rows) {
        const rule = rules.find(one => one.alert === alert && one.labels.severity === severity)
        const numbers = numbersIn(rule?.expr ?? '')
        for (const { said, either } of thresholdsIn(condition))
          assert.ok(
            either.some(one => numbers.includes(` ${one} `)),
            `${alert} ${severity}: "${said}" is not in ${rule?.expr}`,
          )
      }
    })
  }

  it('are all that is described', () => {
    const [, alerts = ''] = /\n## The alerts\n(.*?)\n## /s.exec(described) ?? []
    const keys = [...alerts.matchAll(/^### (\w+)$/gm)].map(([, key]) => key)
    assert.deepEqual(keys.toSorted(), sets.map(({ key }) => key).sort())
  })
})

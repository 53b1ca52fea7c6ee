/** What the fast reader reads, the full parser reads in the same way; all else it leaves to that. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { convertDocument } from '../../src/inventory/convert.ts'
import { readLight } from '../../src/inventory/light-yaml.ts'
import { membersOf, ownPlace, source } from '../../src/inventory/place.ts'
import { parseYaml } from '../../src/inventory/yaml.ts'
import { alertmanagerTexts, blackboxTexts, prometheusTexts } from '../e2e/support/corpus.ts'
import { alertmanagerYml, blackboxYml, prometheusYml } from '../e2e/support/documents.ts'

/** Everything that is remembered of a value, as one value; where a map or list ends differs by blanks and comments. */
function told(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const members = [...membersOf(value)].map(([key, { value: place, plain, ...rest }]) => {
    const member = (value as Readonly<Record<string | number, unknown>>)[key]
    const end = typeof member === 'object' ? 0 : place.end
    return [
      key,
      place.start,
      end,
      plain?.start,
      plain?.end,
      rest.key.start,
      rest.secret,
      rest.plainKey,
      told(member),
    ]
  })
  return [ownPlace(value)?.start, members]
}

/** Whether it reads the text. */
function agrees(text: string): boolean {
  const from = source('c', text)
  const node = readLight(text)
  if (node === undefined) return false
  const problems: unknown[] = []
  const light = convertDocument(node, from, problems as never, 1000)
  const full = parseYaml(from)
  assert.deepEqual(problems, full.problems, text)
  assert.deepEqual(light, full.value, text)
  assert.deepEqual(told(light), told(full.value), text)
  return true
}

describe('the fast reader of YAML', () => {
  const common = `# a comment
global:
  scrape_interval: 15s   # another

scrape_configs:
- job_name: 'it''s'
  honor_labels: yes
  static_configs:
    - targets: ["a:80", b:81, '10.0.0.1:80',]
      labels: { a: 1.10, "b c": [], d: {}, e: [[x], {y: z}] }
    - targets:
      - c d
      - "e\\n\\"f\\" \\\\"
`

  it('reads what most configs are made of', () => {
    assert.ok(agrees(common))
    assert.ok(agrees('- - 1\n  - - -1\n    - ~\n- 0x1F\n-   a: b\n    c: .5\n- 1e3 # d\n- e#f\n'))
  })

  it('agrees with the full parser about texts in all forms', () => {
    const texts = [prometheusTexts, alertmanagerTexts, blackboxTexts].flatMap(each => Object.values(each))
    for (const text of texts) agrees(text)
    for (const generated of [prometheusYml, alertmanagerYml, blackboxYml]) {
      fc.assert(fc.property(fc.gen(), g => void agrees(generated(g))))
    }
  })

  it('agrees with it about texts that are damaged anywhere', () => {
    const signs = fc.constantFrom(...' \n:-#,[]{}"\'&*!|>%@`?\\~ax1.', ': ', '\n  ', '\n- ', ' #', '  ')
    const damage = fc.tuple(fc.nat(common.length), fc.nat(3), signs)
    let read = 0
    const property = fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), places => {
      const text = places.reduce(
        (old, [at, gone, sign]) => old.slice(0, at) + sign + old.slice(at + gone),
        common,
      )
      if (agrees(text)) read += 1
    })
    fc.assert(property, { numRuns: 1000 })
    assert.ok(read > 100, `it read ${read} of them only`)
  })

  it('reads as many values as a text has, if aliases do not multiply them', () => {
    const { value, problems } = parseYaml(source('c', `- 1\n`.repeat(600_000)))
    assert.deepEqual(problems, [])
    assert.equal((value as unknown[]).length, 600_000)
  })
})

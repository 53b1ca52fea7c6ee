import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { describe as describeProblem } from '../../../src/diagnostic/describe.ts'
import { source } from '../../../src/inventory/text/source-text.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'
import { read } from '../harness.ts'

const example = readFileSync(
  join(dirname(fileURLToPath(import.meta.url)), '../fixtures/contract/inventory.yml'),
  'utf8',
)
const keys = fc.constantFrom(
  ...new Set(example.match(/[A-Za-z_.]+(?=:)/g)),
  '__proto__',
  'constructor',
  'toString',
  '<<',
)
const words = fc.constantFrom(
  ...new Set(example.match(/[^\s{}[\],:"]+/g)),
  '*',
  'a[1:3]',
  '!mon-a',
  '[::]:9090',
  '',
)

/** Trees of the words that an inventory is made of, rightly placed or not. */
const trees = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    words,
    fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(keys, tie('value')), { maxLength: 6 }).map(entries => Object.fromEntries(entries)),
  ),
})).value

/** Anything but a ProblemError is thrown on by `read`. */
async function survives(text: string): Promise<void> {
  const { problems } = await read(text, {}, { secrets: false })
  for (const problem of problems) {
    assert.ok(describeProblem(problem).length > 0)
    const { line = 1, column = 1, text: frame } = problem.source ?? {}
    assert.ok(line >= 1 && column >= 1)
    if (frame !== undefined) assert.ok(column <= frame.length + 1, describeProblem(problem))
  }
}

describe('any text', () => {
  it('made of the words of an inventory gives an inventory or problems', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(keys, trees), async tree => survives(stringify({ promha: 1, ...tree }))),
      { numRuns: 150 },
    )
  }).timeout(60_000)

  it('that was the example before characters were changed gives an inventory or problems', async () => {
    const change = fc.tuple(fc.nat(example.length), fc.nat(6), fc.oneof(words, fc.string({ maxLength: 4 })))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async changes => {
        let text = example
        for (const [at, length, insert] of changes)
          text = text.slice(0, at) + insert + text.slice(at + length)
        // A command of chance is not to be run, and none is: `secrets` is false.
        await survives(text)
      }),
      { numRuns: 150 },
    )
  }).timeout(60_000)

  it('at all gives problems', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), survives), {
      numRuns: 200,
    })
  }).timeout(60_000)
})

describe('a text without a mistake', () => {
  it('is not searched again for each of its keys', () => {
    const reads = (keys: number) => {
      const plain = source('inventory.yml', Array.from({ length: keys }, (_, at) => `key${at}: 1\n`).join(''))
      let count = 0
      const counting = {
        ...plain,
        get text() {
          count += 1
          return plain.text
        },
      }
      assert.deepEqual(parseYaml(counting).problems, [])
      return count
    }
    assert.equal(reads(100), reads(10))
  })
})

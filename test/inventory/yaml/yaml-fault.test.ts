/** Mistakes in the syntax of YAML: `§` stands where the mistake is, not where a reader gives up. */
import assert from 'node:assert/strict'
import { source } from '../../../src/inventory/text/source-text.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'
import { unmark } from '../harness.ts'

const cases: readonly (readonly [text: string, summary: RegExp, remedy: RegExp])[] = [
  [
    'a:\n  - s: §[{ t: [b:1] }\n    c: d\n',
    /"\[" is not closed/,
    /^Write "\]" .* before line 3, column 5\.$/,
  ],
  [
    'a:\n  - §{ b: [{ c: [d] }]\n  - e: f\n',
    /"\{" is not closed/,
    /^Write "\}" .* before line 3, column 3\.$/,
  ],
  ['a: §{ b: 1\nc: { d: 2 }\n', /"\{" is not closed/, /"\}"/],
  ['a: [1, §{ b: 2 ], c: 3\n', /"\{" is not closed/, /before line 1, column 15/],
  ['a: §[1, 2\n', /"\[" is not closed/, /before the end of the text/],
  ['a: §"b\nc: d\n', /this quote is not closed/, /the same quote/],
  ["a: §'b\nc: d\ne: 'f'\n", /this quote is not closed/, /before line 1/],
  ['a: [§"b, c]\nd: e\n', /this quote is not closed/, /the same quote/],
  ['a: [b]§]\nc: d\n', /"\]" closes nothing/, /^Remove it/],
  ['a: §b: c\n', /this value holds ": "/, /in quotes/],
  ['a:\n  b: §x {{ $labels.y }}: down\n', /this value holds ": "/, /in quotes/],
  ['a:\n  b: 1\n   §c: 2\n', /indented further than line 2/, /^Indent it as the keys/],
  ['a:\n  b: 1\n\n    # why\n   §c: 2\n', /indented as no key above it/, /^Indent it as the other keys/],
  ['§a\nb: c\n', /a line without a colon and a space/, /^Write a colon and a space/],
  ['§a:b\nc: d\n', /a line without a colon and a space/, /^Write a space after the colon\.$/],
  ['a:\n  - 1\n §- 2\n', /this item belongs to no list/, /^Indent it as the other items/],
  ['b: c\n§- a\n', /this item belongs to no list/, /below the key/],
  ['a:\n- b\n§-c\n', /without a space after "-"/, /^Write a space after "-"/],
  ['a:\n  b: 1\n  §c\n', /without a colon and a space/, /^Write a colon/],
  ['- a\n§b: c\n', /belongs to nothing above it/, /^Indent it/],
  ['a: "§\\d+"\n', /invalid escape/, /single quotes/],
  ['[{ "a": §1 "b": 2 }]\n', /expected a comma/, /^Write a comma/],
  ['- a: 1\n §b: 2\n', /belongs to no item/, /^Indent it/],
  ['a: {b="c"§} > 1\n', /missing , or :/, /begins with "\{" in quotes/],
  ['a: §@b\n', /reserved character @/, /in quotes/],
  ['a: §`b`\n', /reserved character `/, /in quotes/],
  ['a: "b" §c\n', /follows the closing quote/, /in single quotes/],
  ['a: "up{b="§c"}"\n', /follows the closing quote/, /in single quotes/],
  ["a: 'it'§s'\n", /follows the closing quote/, /in double quotes/],
  ['a: [b]§c\n', /at node end/, /in quotes/],
  ['a:\n§\tb: 1\n', /saw a tab/, /^Indent with spaces\.$/],
]

describe('a mistake in the syntax of YAML', () => {
  for (const [marked, summary, remedy] of cases)
    it(`is told where it was made: ${JSON.stringify(marked)}`, () => {
      const { text, places } = unmark(marked)
      const { value, problems } = parseYaml(source('f.yml', text))
      assert.equal(value, undefined)
      assert.deepEqual(
        problems.map(problem => ({ line: problem.source?.line, column: problem.source?.column })),
        places,
        JSON.stringify(problems),
      )
      assert.match(problems[0]?.summary ?? '', summary)
      assert.match(problems[0]?.remedy ?? '', remedy)
    })

  it('is told without a word of a text from outside', () => {
    const { problems } = parseYaml(source('/else/f.yml', 'a: geheim: b\n', true))
    assert.match(problems[0]?.summary ?? '', /^not valid YAML \(BLOCK_AS_IMPLICIT_KEY\)$/)
    assert.doesNotMatch(JSON.stringify(problems), /geheim/)
  })
})

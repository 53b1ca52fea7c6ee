import assert from 'node:assert/strict'
import fc from 'fast-check'
import { jsonFault } from '../../../../roles/grafana/settings/json-fault.ts'

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('a fault in JSON', () => {
  const cases: readonly (readonly [text: string, offset: number, expected: string])[] = [
    ['', 0, 'a value'],
    ['{"a": 1 "b": 2}', 8, '"," or "}"'],
    ['{"a": 1,}', 8, 'a key in double quotes'],
    ['[1, 2', 5, '"," or "]"'],
    ['[1, 2}', 5, '"," or "]"'],
    ['[,]', 1, 'a value or "]"'],
    ["{'a': 1}", 1, 'a key in double quotes or "}"'],
    ['{"a" 1}', 5, '":"'],
    ['{} x', 3, 'the end'],
    ['[01]', 1, 'a value or "]"'],
    ['["a\nb"]', 1, 'a value or "]"'],
  ]
  for (const [text, offset, expected] of cases)
    it(`has a place: ${JSON.stringify(text)}`, () => assert.deepEqual(jsonFault(text), { offset, expected }))

  it('is one exactly where JSON.parse has one', () => {
    const part = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"',
        '\\',
        '1',
        '-',
        '0',
        '.5',
        'e3',
        'true',
        'null',
        ' ',
        '\n',
      ],
      ...['\u0000', '\u007f', '\u2028', '\ud800', '\\u00', "'"],
    )
    const texts = fc.oneof(
      fc.array(part, { maxLength: 12 }).map(parts => parts.join('')),
      fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', '"', 'x')).map(([text, at, sign]) => {
        const place = at % (text.length + 1)
        return text.slice(0, place) + sign + text.slice(place + (sign === '' ? 0 : 1))
      }),
    )
    fc.assert(
      fc.property(texts, text => {
        assert.equal(jsonFault(text) === undefined, isJson(text))
      }),
      { numRuns: 3000 },
    )
  })

  it('is looked for in linear time, however deep it lies', function () {
    this.timeout(5000)
    assert.equal(jsonFault('['.repeat(500_000))?.offset, 500_000)
    assert.equal(jsonFault(`"${'a\\n'.repeat(500_000)}`)?.offset, 0)
    assert.equal(jsonFault(`[${'1,'.repeat(500_000)}`)?.offset, 1_000_001)
  })
})

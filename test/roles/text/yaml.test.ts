import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parse } from 'yaml'
import { yamlText } from '../../../roles/text/yaml.ts'
import { withMember } from '../../../src/inventory/text/as-written.ts'
import { source } from '../../../src/inventory/text/source-text.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'

const words = [
  'yes',
  'NO',
  'on',
  'Off',
  'y',
  'n',
  'true',
  '~',
  'null',
  '1e3',
  '0x1',
  '012',
  '0o7',
  '0b1',
  '1_000',
]
const others = [
  '190:20:30',
  '.inf',
  '2001-01-01',
  '<<',
  '=',
  '',
  ' a',
  'a ',
  'a\tb',
  '- a',
  'a: b',
  'a #b',
  '*a',
  '%a',
]
const lines = [
  'a\nb',
  'a\n',
  'a\n\n',
  '\na',
  '  a\nb',
  'a\n\tb\n',
  'a \nb',
  'a\r\nb',
  'a\u2028b',
  'a\u0085b',
  '\ufeffa',
]

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...words, ...others, ...lines))
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const raw = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]/
const value = fc.letrec<{ any: unknown }>(tie => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(text, tie('any'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any

describe('yamlText', () => {
  it('is read back as the same value by the rules of 1.2', () => {
    fc.assert(fc.property(value, each => assert.deepEqual(parse(yamlText(each)), each)))
  })

  it('is read back as the same strings by the rules of 1.1', () => {
    const options = { version: '1.1', maxAliasCount: 0 } as const
    for (const each of [...words, ...others, ...lines]) {
      assert.deepEqual(parse(yamlText({ key: each, [each]: 'v' }), options), { key: each, [each]: 'v' })
    }
    fc.assert(fc.property(value, each => assert.deepEqual(parse(yamlText(each), options), each)))
  })

  it('holds no character raw that readers of 1.1 take for a line end or refuse', () => {
    fc.assert(fc.property(value, each => assert.doesNotMatch(yamlText(each), raw)))
  })

  it('keeps lines as lines, does not fold, and uses no alias', () => {
    const long = 'word '.repeat(100)
    const shared = { a: 1 }
    assert.equal(
      yamlText({ text: 'one\ntwo\n', long: `${long}x`, first: shared, second: shared }),
      `text: |\n  one\n  two\nlong: ${long}x\nfirst:\n  a: 1\nsecond:\n  a: 1\n`,
    )
  })

  it('refuses undefined', () => {
    assert.throws(() => yamlText(undefined), TypeError)
  })
})

/** Reads a text as promha reads a config, and writes what was read. */
function written(text: string): string {
  const { value, problems } = parseYaml(source('config.yml', text))
  assert.deepEqual(problems, [])
  return yamlText(value)
}

describe('a config that was read', () => {
  /** Each in the form that promha writes. */
  const unchanged: Readonly<Record<string, string>> = {
    'words of YAML 1.1': 'a: yes\nb:\n  - off\n  - No\n  - y\non: True\n',
    numbers: 'a: 1.10\nb: 007\nc: 1_000_000\nd: 1e3\ne: 0x1F\nf: 12:30:00\ng: .5\nh: +1\ni: 0o17\n',
    'long numbers': 'id: 12345678901234567890\n0123456789012345678901: key\n',
    'keys that look like numbers': '1.10: a\n007: b\noff: c\n',
    dates: 'a: 2001-01-01\n2001-12-14t21:59:43.10-05:00: b\n',
    tags: 'a: !!binary aGVsbG8=\nb: !!str 007\nc: !own\n  d: !own\n    - !own yes\ne: !!int "3"\nf: !<tag:example.com,2000:x> g\n',
    'quoted texts': 'a: "yes"\nb: "1.10"\nc: "0X1F"\n"007": d\ne: "~"\nf: ""\n',
    'texts of several lines': 'a: |\n  yes\n   b\nc: |-\n  d\n\n  e\nf: |+\n  g\n\nh: i\n',
    'a merge above and below keys': 'a: 1\n<<:\n  a: yes\n  b: 2.0\nb: 3\n',
    'a list of merges': '<<:\n  - a: off\n  - a: on\n    b: 0.10\nc: d\n',
    'an anchor of a number, written twice': 'a: 1.10\nb: 1.10\n',
  }
  for (const [name, text] of Object.entries(unchanged)) {
    it(`keeps ${name}`, () => assert.equal(written(text), text))
  }

  it('has each alias replaced by what was written at its anchor', () => {
    const text = 'a: &n 1.10\nb: *n\nc: &m { on: &k 010 }\nd: { <<: *m, e: *k }\nf: [*n, *m]\n'
    const expected =
      'a: 1.10\nb: 1.10\nc:\n  on: 010\nd:\n  <<:\n    on: 010\n  e: 010\nf:\n  - 1.10\n  - on: 010\n'
    assert.equal(written(text), expected)
  })

  it('means the same in the block form as it did in braces and brackets', () => {
    const text = "{ a: [ b c, d:e, -f, '1', 2.0 ], 'g, h': i#j, [k: 07]: l }".replace('[k: 07]', '"k"')
    assert.equal(written(text), 'a:\n  - b c\n  - d:e\n  - -f\n  - "1"\n  - 2.0\ng, h: i#j\nk: l\n')
  })

  it('puts a plain text of several lines on one', () => {
    assert.equal(written('a: 1\n  2\nb: {c: d\n  e}\n'), 'a: 1 2\nb:\n  c: d e\n')
  })

  it('is changed at one key only', () => {
    const { value } = parseYaml(source('c', 'a: yes\nb: 1.0\n<<: { b: 2.0, c: 007 }\n'))
    assert.equal(
      yamlText(withMember(value as object, 'b', 'on')),
      'a: yes\n<<:\n  b: 2.0\n  c: 007\nb: "on"\n',
    )
  })
})

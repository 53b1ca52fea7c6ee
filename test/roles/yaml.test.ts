import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parse } from 'yaml'
import { yamlText } from '../../roles/yaml.ts'

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

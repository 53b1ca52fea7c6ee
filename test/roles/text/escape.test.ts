import assert from 'node:assert/strict'
import fc from 'fast-check'
import { execWord, unit, unitWord } from '../../../roles/text/escape.ts'

/** systemd's own reading of a line: words, quotes and escapes, then specifiers. */
function readWords(line: string): readonly string[] {
  const words: string[] = []
  const word = /\s*(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s"\\']+))(?=\s|$)/y
  while (word.lastIndex < line.length) {
    const match = word.exec(line)
    assert.ok(match, `systemd would not read ${JSON.stringify(line)}`)
    const text =
      match[2] ??
      (match[1] ?? '').replaceAll(/\\(x[0-9a-f]{2}|.)/g, (_, code: string) => {
        return code.startsWith('x') ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : code
      })
    assert.doesNotMatch(text.replaceAll('%%', ''), /%/, 'a specifier')
    words.push(text.replaceAll('%%', '%'))
  }
  return words
}

/** …and of a command: variables last. */
function readCommand(line: string): readonly string[] {
  return readWords(line).map(word => {
    assert.doesNotMatch(word.replaceAll('$$', ''), /\$/, 'a variable')
    return word.replaceAll('$$', '$')
  })
}

const text = fc.string({ unit: 'binary', maxLength: 30 }).map(each => each.replaceAll(/[\0\p{NChar}]/gu, ''))
const nasty = fc.array(
  fc.constantFrom('%', '$', '\\', '"', "'", ' ', ';', '#', '\n', '\t', '{A}', 'x', '%n', '$$'),
)
const anything = fc.oneof(
  text,
  nasty.map(parts => parts.join('')),
)

describe('unit escape', () => {
  it('writes a word that systemd reads as the same word', () => {
    fc.assert(fc.property(anything, value => assert.deepEqual(readWords(unitWord(value)), [value])))
  })

  it('writes a command line that systemd reads as the same words', () => {
    fc.assert(
      fc.property(fc.array(anything), words => {
        const line = unit({ command: ['/usr/local/bin/x', ...words] }).replaceAll(' \\\n  ', ' ')
        assert.deepEqual(readCommand(line), ['/usr/local/bin/x', ...words])
      }),
    )
  })

  it('begins no line with what makes it a comment, and leaves common words as they are', () => {
    assert.equal(execWord('#x'), '"#x"')
    assert.equal(execWord(';'), '";"')
    assert.equal(execWord('--a.b=$x%y'), '--a.b=$$x%%y')
    assert.equal(unitWord(''), '""')
  })

  it('refuses what a unit cannot hold', () => {
    for (const value of ['\0', '\ud800', '\uffff', undefined, null, 1, {}, { command: 'x' }]) {
      assert.throws(() => unit(value), TypeError)
    }
  })
})

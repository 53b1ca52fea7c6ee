import assert from 'node:assert/strict'
import { goUnquoted } from '../../src/diagnostic/go-text.ts'

describe('a text in the quotes of Go', () => {
  const cases: Readonly<Record<string, string>> = {
    '"plain"': 'plain',
    '"a \\"b\\" \\\\ c"': 'a "b" \\ c',
    '"\\a\\b\\f\\n\\r\\t\\v"': '\x07\b\f\n\r\t\v',
    '"\\x41\\u00e9\\U0001F600\\101"': 'Aé😀A',
    '"\\Uffffffff"': '\u{10ffff}',
    '"a\\d"': 'a\\d',
    '`raw \\n\r`': 'raw \\n',
    '""': '',
    bare: 'bare',
    '"': '"',
    '': '',
  }
  for (const [text, expected] of Object.entries(cases))
    it(`is read: ${JSON.stringify(text)}`, () => assert.equal(goUnquoted(text), expected))
})

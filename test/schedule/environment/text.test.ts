import assert from 'node:assert/strict'
import { readEnvironmentText } from '../../../src/schedule/environment/text.ts'

const valuesOf = (text: string) => Object.fromEntries(readEnvironmentText(text).values)

describe('the text of an environment file', () => {
  const cases: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    ['plain lines', 'A=1\nB=two words\n', { A: '1', B: 'two words' }],
    ['comments and empty lines', '# A=1\n; B=2\n\n  # C=3\nD=4 # part of it\n', { D: '4 # part of it' }],
    ['blanks around a value', 'A=  1 \t\n  B=2\r\n', { A: '1', B: '2' }],
    ['a comment that goes on', '# a \\\nA=1\nB=2\n', { B: '2' }],
    ['an empty value', 'A=\nB=""\n', { A: '', B: '' }],
    ['an equals sign and a dollar in a value', 'A=b=c$HOME${X}\n', { A: 'b=c$HOME${X}' }],
    ['single quotes', 'A=\'a \\n "b" $c \'\n', { A: 'a \\n "b" $c ' }],
    ['double quotes', 'A="a \\"b\\" \\$c \\\\ \\n"\n', { A: 'a "b" $c \\ \\n' }],
    ['a quoted value of several lines', 'A="one\ntwo"\nB=3', { A: 'one\ntwo', B: '3' }],
    ['a joined line', 'A=one \\\n  two\n', { A: 'one   two' }],
    ['a backslash before a character', 'A=a\\ b\\\\c\\"\n', { A: 'a b\\c"' }],
    ['a quote within a value', 'A=it\'s "so"\n', { A: 'it\'s "so"' }],
    ['quoted pieces side by side', 'A="a"\'b\'  \n', { A: 'ab' }],
    ['the last of two', 'A=1\nA=2\n', { A: '2' }],
    ['a byte order mark', '\uFEFFA=1\n', { A: '1' }],
    ['no line break at the end', 'A=1', { A: '1' }],
  ]
  for (const [name, text, expected] of cases) {
    it(`knows ${name}`, () => {
      assert.deepEqual(valuesOf(text), expected)
      assert.deepEqual(readEnvironmentText(text).faults, [])
    })
  }

  const wrong: readonly (readonly [string, string, number, RegExp])[] = [
    ['a line without "="', 'A=1\nhunter2\n', 2, /is not of the form NAME=VALUE/],
    ['export', '\nexport A=1\n', 2, /begins with "export"/],
    ['an odd name', 'A-B=1\n', 1, /does not begin with a name/],
    ['an open quote', 'A=1\nB="2\nC=3\n', 2, /quote that is not closed/],
    ['a NUL character', 'A=1\0\n', 1, /NUL/],
  ]
  for (const [name, text, line, what] of wrong) {
    it(`tells the line of ${name}, and not what it says`, () => {
      const { faults } = readEnvironmentText(text)
      assert.equal(faults.length, 1)
      assert.equal(faults[0]?.line, line)
      assert.match(faults[0]?.what ?? '', what)
      assert.doesNotMatch(JSON.stringify(faults), /hunter2/)
    })
  }
})

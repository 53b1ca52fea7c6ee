/** Texts of a host that are made to be slow to match or to parse take time that grows with their length only. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'mocha'
import { findings, plainMessage } from '../../../src/check/finding/message.ts'
import { maskForeignUnit, maskUnit, maskYaml } from '../../../src/check/mask.ts'
import { source } from '../../../src/inventory/text/source-text.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'
import { unitCommand } from '../../../src/plan/adopt/exec-start.ts'
import { preflightScript } from '../../../src/shell/observe/preflight.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'
import { refusedPassword } from '../../../src/ssh/sudo/sudo.ts'

interface Slow {
  readonly what: string
  /** Of about so many characters. */
  readonly text: (length: number) => string
  readonly read: (text: string) => unknown
  /** Characters that a reader whose work grows with the square of them takes some milliseconds for. */
  readonly length: number
}

const nothing = { services: [], directories: [], contents: [], largest: 0, versions: [], addresses: [] }
const rooms = (text: string) => {
  const seen = answerOf(preflightScript(nothing), 'n', `n room\nrw 1 ${text}\nn end\n`)
  assert.equal(seen?.room.size, 1)
}

const slow: readonly Slow[] = [
  {
    what: 'a unit of words like secrets',
    text: n => 'a.password.'.repeat(n / 11),
    read: maskUnit,
    length: 1_000,
  },
  { what: 'a unit of one word', text: n => 'a'.repeat(n), read: maskUnit, length: 16_000 },
  { what: 'a unit of open quotes', text: n => 'token="'.repeat(n / 7), read: maskUnit, length: 32_000 },
  ...['\\', '\\\n', '\\ ', '\\\n#', '"\\', `'"`, '--a ', ' '].map(part => ({
    what: `a foreign unit of ${JSON.stringify(part)}`,
    text: (n: number) => `ExecStart=${part.repeat(n / part.length)}`,
    read: maskForeignUnit,
    length: 8_000,
  })),
  { what: 'a URL of colons', text: n => `://${':'.repeat(n)}`, read: maskUnit, length: 8_000 },
  {
    what: 'a URL of colons in YAML',
    text: n => `a: "://${':'.repeat(n)}"`,
    read: text => maskYaml(text),
    length: 8_000,
  },
  {
    what: 'an old text with many aliases',
    text: n => `a: &a\n  params: |\n${'\n'.repeat(n / 2)}    x\nparams:\n${'- *a\n'.repeat(n / 10)}`,
    read: text => maskYaml(text, { replacedBy: '' }),
    length: 4_000,
  },
  {
    what: 'a secret of spaces',
    text: n => `secret: "a${' '.repeat(n)}b"`,
    read: text => maskYaml(text),
    length: 8_000,
  },
  {
    what: 'a long secret with many aliases',
    text: n => `a: &a\n  secret: |\n${'\n'.repeat(n / 2)}    x\nb:\n${'- *a\n'.repeat(n / 10)}`,
    read: text => maskYaml(text),
    length: 4_000,
  },
  {
    what: 'a log of errors',
    text: n => `${'level=error '.repeat(n / 24)}${'err='.repeat(n / 8)} `,
    read: plainMessage,
    length: 800,
  },
  {
    what: 'a refusal of spaces',
    text: n => `Checking ${' '.repeat(n)}x`,
    read: findings,
    length: 2_000,
  },
  { what: 'a mount of separators', text: n => `${'/ '.repeat(n / 2)}\u2028`, read: rooms, length: 7_000 },
  {
    what: 'a command line of variables of many words',
    text: n => 'x '.repeat(n),
    read: text => {
      const { argv } = unitCommand(
        [`[Service]\nExecStart=/usr/bin/x ${'$A '.repeat(text.length / 20)}`],
        [`A=${text}`],
      )
      assert.ok(argv.length <= 4_000)
    },
    length: 1_000,
  },
  { what: 'digits of sudo', text: n => '1'.repeat(n), read: refusedPassword, length: 8_000 },
]

describe('a text of many levels', () => {
  for (const level of ['[', '{a: ', '- ', '? ', '[\n', '{? ', '&a [', 'a: {', '[a: '])
    it(`ends neither the process nor the run: ${JSON.stringify(level)}`, () => {
      // A child, since the stack may overflow where V8 cannot throw.
      const text = JSON.stringify(level)
      const script = `import { maskYaml } from './src/check/mask.ts'
        for (const length of [400, 1_000, 3_000, 65_000]) console.log(maskYaml(${text}.repeat(length)))`
      const { status, stdout } = spawnSync(
        process.execPath,
        ['--import=tsx', '--input-type=module', '--eval', script],
        { encoding: 'utf8' },
      )
      assert.deepEqual([status, stdout], [0, 'undefined\n'.repeat(4)])
    }).timeout(60_000)
})

describe('a text of many faults', () => {
  const faulty = [']', '{a: 1,a: 1},\n', 'a: 1\n', '[*a],', '!a ']
  for (const fault of faulty)
    it(`is read no further than anybody wants to know: ${JSON.stringify(fault)}`, () => {
      const { value, problems } = parseYaml(
        source('', `${fault === '[*a],' ? '[' : ''}${fault.repeat(2_000)}`),
      )
      assert.equal(value, undefined)
      assert.ok(problems.length > 0 && problems.length <= 101, `${problems.length}`)
    })
})

describe('a text that takes long to match', function () {
  this.timeout(120_000)

  for (const { what, text, read, length } of slow)
    it(`is no trouble: ${what}`, () => {
      // Eight times the text: 64 times the work if it grows with the square. Time of the processor, not of the clock.
      const first = work(() => read(text(length)))
      const second = work(() => read(text(8 * length)))
      assert.ok(second < 30 * Math.max(first, 4), `${first} ms, then ${second} ms`)
    })
})

/** Milliseconds of the processor, the better of two. */
function work(act: () => unknown): number {
  const once = () => {
    const before = process.cpuUsage()
    act()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
  return Math.min(once(), once())
}

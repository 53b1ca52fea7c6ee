import assert from 'node:assert/strict'
import type { Command } from 'commander'
import { assemble } from '../../src/cli/assemble.ts'
import { examples } from '../../src/cli/examples.ts'

const program = await assemble(() => true, '0')

/** The commands that do something, by the words that name them. */
function leaves(command: Command, called: readonly string[]): readonly (readonly [string, Command])[] {
  const shown = command.createHelp().visibleCommands(command)
  const below = shown.filter(one => one.name() !== 'help')
  if (below.length === 0) return [[called.join(' '), command]]
  return below.flatMap(one => leaves(one, [...called, one.name()]))
}

const commands = leaves(program, [])

describe('examples of --help', () => {
  it('are there for every command and no other', () =>
    assert.deepEqual(Object.keys(examples).sort(), commands.map(([name]) => name).sort()))

  for (const [name, command] of commands)
    it(`show calls that promha ${name} accepts, with what they do`, async () => {
      let ran = 0
      command.action(() => {
        ran += 1
      })
      const shown = examples[name] ?? []
      for (const [call, text] of shown) {
        assert.match(call, new RegExp(`promha ${name}\\b`))
        assert.notEqual(text, '')
        const [, words = ''] = /promha ([^>)]*)/.exec(call) ?? []
        // The hooks look for an inventory.
        process.env.PROMHA_INVENTORY = 'package.json'
        try {
          await program.parseAsync(words.trim().split(' '), { from: 'user' })
        } finally {
          delete process.env.PROMHA_INVENTORY
        }
      }
      assert.equal(ran, shown.length)
    })

  it('stand at the end of the help', () => {
    const help: string[] = []
    const plan = program.commands.find(one => one.name() === 'plan')
    plan?.configureOutput({ writeOut: text => help.push(text) }).outputHelp()
    assert.match(help.join(''), /\nExamples:\n {2}promha plan\n/)
  })
})

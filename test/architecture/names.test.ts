/** An exported name means one thing in all of `src` and `roles`. */
import assert from 'node:assert/strict'
import { sources } from './sources.ts'

/** Names that several files export, because what loads them goes by the name. */
const conventions: Readonly<Record<string, string>> = {
  checks: 'what verify asks of a component; a definition loads it lazily',
  command: 'a command of the program; src/cli/commands.ts loads it lazily',
  part: 'what a cell says below the key of a component; roles/index.ts collects them',
}

const declared = /^export (?:declare )?(?:async )?(?:const|let|function\*?|interface|type|class|enum) (\w+)/gm

describe('exported names', () => {
  it('are unique, but for those that a loader goes by', () => {
    const files = new Map<string, string[]>()
    for (const [file, text] of sources())
      for (const [, name = ''] of text.matchAll(declared)) files.set(name, [...(files.get(name) ?? []), file])
    const repeated = [...files].filter(([name, { length }]) => length > 1 && !(name in conventions))
    assert.deepEqual(Object.fromEntries(repeated), {})
  })
})

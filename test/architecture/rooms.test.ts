/** Rooms that say what is in them: few files a folder, short files, and each test below the name of what it tests. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { root } from './sources.ts'

const most = { files: 12, lines: 250 }
/** A catalogue has one file an entry. */
const catalogues = ['roles/exporters']
/** Of these, a test is called after what happens and not after a file. */
const noMirrors =
  /^test\/(e2e|security|architecture|docs|messages|package|bench|scripts|roles\/standard-rules)\//

const code = ['src', 'roles', 'bench', 'test', 'scripts'].flatMap(top =>
  readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
    .map(name => `${top}/${name}`)
    .filter(name => /\.(ts|mjs)$/.test(name)),
)

/** `test/a/b.test.ts` and `test/a/b-of-some-kind.test.ts` both test `src/a/b.ts`. */
function sourceOf(test: string): string | undefined {
  const folder = dirname(test).slice('test/'.length)
  const words = basename(test, '.test.ts').split('-')
  const names = words.map((_, left) => words.slice(0, words.length - left).join('-'))
  const room = /^roles(\/|$)/.test(folder) ? folder : `src/${folder}`
  return names.map(name => `${room}/${name}.ts`).find(file => existsSync(join(root, file)))
}

describe('rooms', () => {
  it('have at most a dozen files each', () => {
    const counts = new Map<string, number>()
    for (const file of code) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
    const full = [...counts].filter(([room, count]) => count > most.files && !catalogues.includes(room))
    assert.deepEqual(full, [])
  })

  it('have files of at most 250 lines', () => {
    const long = code.filter(
      file =>
        /^(src|roles)\//.test(file) &&
        readFileSync(join(root, file), 'utf8').split('\n').length - 1 > most.lines,
    )
    assert.deepEqual(long, [])
  })

  it('are mirrored by their tests, file by file', () => {
    const tests = code.filter(file => file.endsWith('.test.ts') && !noMirrors.test(file))
    assert.deepEqual(
      tests.filter(test => sourceOf(test) === undefined),
      [],
    )
  })
})

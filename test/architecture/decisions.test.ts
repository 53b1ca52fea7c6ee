/** The index of the decisions lists each page once, by its title. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.ts'

const folder = join(root, 'docs/decisions')
const text = (name: string) => readFileSync(join(folder, name), 'utf8')

describe('the index of the decisions', () => {
  it('lists each page by its title', () => {
    const pages = readdirSync(folder).filter(name => name !== 'README.md')
    const wanted = pages.sort().map(name => `- [${text(name).split('\n')[0]?.slice(2)}](${name})`)
    assert.deepEqual(text('README.md').match(/^- .*$/gm), wanted)
  })
})

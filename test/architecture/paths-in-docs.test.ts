/** A path that a guide names is there. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.ts'

const guides = ['CONTRIBUTING.md', 'docs/architecture.md', 'docs/glossary.md'].concat(
  readdirSync(join(root, 'docs/decisions')).map(name => join('docs/decisions', name)),
)
/** `roles/NAME/checks.ts` and `roles/*.ts` stand for several. */
const named = /`((?:src|roles|test|docs|scripts|bench)\/[a-z0-9_./-]+)`/g

describe('a guide', () => {
  for (const guide of guides)
    it(`names no path that is not there: ${guide}`, () => {
      const paths = [...readFileSync(join(root, guide), 'utf8').matchAll(named)].map(([, path = '']) => path)
      assert.deepEqual(
        paths.filter(path => !existsSync(join(root, path))),
        [],
      )
    })
})

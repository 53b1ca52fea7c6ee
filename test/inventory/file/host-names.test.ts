import assert from 'node:assert/strict'
import fc from 'fast-check'
import { hostNames } from '../../../src/inventory/file/host-names.ts'

const names = (...files: readonly (readonly [string, string])[]) =>
  hostNames(files.map(([path, kept]) => ({ path, kept })))

describe('hostNames', () => {
  it('keeps what lies below the fixed part of a glob', () => {
    assert.deepEqual(names(['rules/a.yml', 'a.yml'], ['rules/mysql/a.yml', 'mysql/a.yml']), [
      'a.yml',
      'mysql/a.yml',
    ])
  })

  it('keeps one more directory of files that have one name', () => {
    assert.deepEqual(names(['mysql/a.yml', 'a.yml'], ['nginx/a.yml', 'a.yml'], ['nginx/b.yml', 'b.yml']), [
      'mysql/a.yml',
      'nginx/a.yml',
      'b.yml',
    ])
  })

  it('keeps a file apart from a directory of its name', () => {
    assert.deepEqual(names(['one/a', 'a'], ['two/a/b.yml', 'a/b.yml']), ['one/a', 'two/a/b.yml'])
  })

  it('writes letters that mean something in a pattern or a shell as "_"', () => {
    assert.deepEqual(names(['my rules (1)*.yml', 'my rules (1)*.yml'], ['.promha-x', '.promha-x']), [
      'my_rules__1__.yml',
      '_.promha-x',
    ])
  })

  it('counts names that differ in such letters only', () => {
    assert.deepEqual(names(['a b', 'a b'], ['a(b', 'a(b'], ['a_b-2', 'a_b-2']), ['a_b', 'a_b-3', 'a_b-2'])
  })

  it('gives each file a name of its own that no other name needs as a directory', () => {
    const part = fc.constantFrom('a', 'b', 'a b', 'é', '.promha-a', 'a_b')
    const path = fc.array(part, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(fc.uniqueArray(path, { selector: parts => parts.join('/') }), fc.nat(3), (paths, kept) => {
        // No directory holds a file and a directory of one name.
        const files = paths.filter(
          one => !paths.some(other => other !== one && `${other.join('/')}/`.startsWith(`${one.join('/')}/`)),
        )
        const found = hostNames(
          files.map(parts => ({ path: parts.join('/'), kept: parts.slice(-1 - kept).join('/') })),
        )
        assert.equal(new Set(found).size, found.length)
        for (const name of found) {
          assert.match(name, /^[A-Za-z0-9._@+/-]+$/)
          assert.ok(!found.some(other => other.startsWith(`${name}/`)))
        }
      }),
    )
  })
})

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { openGrounds } from '../../../src/artifact/cache/grounds.ts'
import { listsIn, scratch, sha256 } from '../support.ts'

describe('what was fetched from upstream', () => {
  const directory = scratch()

  it('may run here if it is a program, and is not noted if it is a directory', async () => {
    const [program, tree] = [sha256('program'), sha256('tree')]
    const grounds = openGrounds(listsIn(directory), '/srv/inventory', [])
    await grounds.note({
      ...{ component: 'prometheus', version: '3.13.2', arch: 'amd64', source: 'upstream', archives: [] },
      files: [
        { path: '/usr/local/bin/prometheus', sha256: program, size: 7 },
        { path: '/usr/local/share/app', sha256: tree, size: 4, packed: sha256('packed') },
      ],
    })
    assert.equal((await grounds.of(program)).trusted, true)
    assert.equal((await grounds.of(tree)).trusted, false)
    const noted = await readFile(listsIn(directory).fetched.path, 'utf8')
    assert.deepEqual(
      [program, tree].map(hash => noted.includes(hash)),
      [true, false],
    )
  })
})

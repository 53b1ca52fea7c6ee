import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { isWritable, openTextfile } from '../../../src/schedule/systemd/textfile.ts'

describe('schedule/textfile', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promha-textfile-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('replaces the file in one moment, for everybody to read, and leaves nothing beside it', async () => {
    const before = process.umask(0o077)
    try {
      const first = await openTextfile(directory, '/srv/inventory.yml')
      assert.equal(first.before, '')
      await first.write('a 1\n')
      const second = await openTextfile(directory, '/srv/inventory.yml')
      assert.equal(second.before, 'a 1\n')
      await second.write('a 2\n')
      assert.deepEqual(await readdir(directory), [basename(second.path)])
      assert.match(second.path, /\.prom$/)
      assert.equal(await readFile(second.path, 'utf8'), 'a 2\n')
      assert.equal((await stat(second.path)).mode & 0o777, 0o644)
    } finally {
      process.umask(before)
    }
  })

  it('has a file for each inventory', async () => {
    for (const inventory of ['/a/inventory.yml', '/b/inventory.yml'])
      await (await openTextfile(directory, inventory)).write('x 1\n')
    assert.equal((await readdir(directory)).length, 2)
  })

  it('refuses a directory that is not there, or is none, before any work', async () => {
    for (const wrong of [join(directory, 'none'), '/dev/null'])
      await assert.rejects(openTextfile(wrong, '/a.yml'), ProblemError)
    assert.equal(await isWritable(directory), true)
    assert.equal(await isWritable('/dev/null'), false)
  })
})

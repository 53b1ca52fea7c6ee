import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replaceFile, writeNew } from '../../src/trust/replace-file.ts'

describe('replacing a file', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-replace-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('replaces a link instead of following it, and leaves nothing else', async () => {
    writeFileSync(join(folder, 'victim'), 'old')
    symlinkSync('victim', join(folder, 'file'))
    await replaceFile(join(folder, 'file'), 'new', 0o640)
    assert.equal(readFileSync(join(folder, 'victim'), 'utf8'), 'old')
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'new')
    assert.equal(statSync(join(folder, 'file')).mode & 0o777, 0o640)
    assert.deepEqual(readdirSync(folder).sort(), ['file', 'victim'])
  })

  it('leaves nothing behind where it fails', async () => {
    await assert.rejects(replaceFile(folder, 'x'))
    await assert.rejects(writeNew(join(folder, 'no/file'), 'x'))
    assert.deepEqual(readdirSync(folder), [])
  })

  it('writes no new file over a link', async () => {
    symlinkSync('victim', join(folder, 'file'))
    await assert.rejects(writeNew(join(folder, 'file'), 'x'), { code: 'EEXIST' })
  })
})

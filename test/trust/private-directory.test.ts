import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePrivateDirectory } from '../../src/trust/private-directory.ts'

describe('a directory of one run', () => {
  let place: string
  const before = process.env.TMPDIR
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'promha-place-'))
    process.env.TMPDIR = place
  })
  afterEach(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    rmSync(place, { recursive: true })
  })

  it('is for this user alone', () => {
    chmodSync(place, 0o1777)
    const directory = makePrivateDirectory('x-')
    assert.match(directory, /x-.{6}$/)
    assert.equal(statSync(directory).mode & 0o777, 0o700)
  })

  it('is not made where another user could put one in its place', () => {
    chmodSync(place, 0o777)
    assert.throws(() => makePrivateDirectory('x-'), /is writable by every user/)
    assert.deepEqual(readdirSync(place), [])
  })
})

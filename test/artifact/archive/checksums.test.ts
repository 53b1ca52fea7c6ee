import assert from 'node:assert/strict'
import { findChecksum, leadingChecksum } from '../../../src/artifact/archive/checksums.ts'

describe('checksum files', () => {
  const hash = 'ab'.repeat(32)
  it('finds a name, with and without the mark of binary mode', () => {
    assert.equal(findChecksum(`${'0'.repeat(64)}  b\n${hash}  a.tar.gz\n`, 'a.tar.gz'), hash)
    assert.equal(findChecksum(`${hash.toUpperCase()} *a.tar.gz`, 'a.tar.gz'), hash)
    assert.equal(findChecksum(`${hash}  a.tar.gz.asc`, 'a.tar.gz'), undefined)
    assert.equal(findChecksum('<html>', 'a.tar.gz'), undefined)
  })
  it('takes a name that is there twice only with one hash', () => {
    assert.equal(findChecksum(`${hash}  a\n${hash.toUpperCase()}  ./a\n`, 'a'), hash)
    assert.throws(
      () => findChecksum(`${hash}  a\n${'0'.repeat(64)}  a\n`, 'a', 'sha256sums.txt'),
      /sha256sums\.txt states two different hashes of a$/,
    )
  })
  it('takes the hash that a file of one archive begins with', () => {
    assert.equal(leadingChecksum(`${hash}  another-name\n`), hash)
    assert.equal(leadingChecksum(`${hash}\n`), hash)
    assert.equal(leadingChecksum('not a hash'), undefined)
  })
})

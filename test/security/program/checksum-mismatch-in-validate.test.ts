/** What is not what its publisher or the lock file says is an error, in validate too. */
import assert from 'node:assert/strict'
import { localArch } from '../../../src/artifact/model.ts'
import { nowhere, testServer } from '../../artifact/support.ts'
import { eachCase, makeCase, putReleases } from '../support/programs.ts'

describe('a checksum mismatch in validate', function () {
  this.timeout(60_000)
  const server = testServer()
  const current = eachCase()
  const damaged = () => {
    const found = [...current().releases].find(([path]) => path.endsWith(`${localArch()}.tar.gz`))
    const [path, content] = found ?? assert.fail()
    return [path, Buffer.concat([content.subarray(0, -1), Buffer.alloc(1, 7)])] as const
  }

  it('is an error if an archive is not what its checksum file says', async () => {
    const { promha, inventory, write, put, ran } = current()
    putReleases(current(), 'programs')
    const [path, content] = damaged()
    put(`programs/${path}`, content)
    write('{ from: ./programs }')
    const { code, err } = await promha(['validate', inventory])
    assert.equal(code, 1, err)
    // Told once, though two programs are of that archive.
    assert.equal(err.match(/Error: checksum mismatch: \S+ is not what its publisher says/g)?.length, 1, err)
    assert.deepEqual(ran(), [])
  })

  it('is an error of a mirror as well', async () => {
    const { promha, inventory, write, releases } = current()
    for (const [path, content] of [...releases, damaged()]) server.files.set(`/${path}`, content)
    write(`{ from: ${server.url} }`)
    const { code, err } = await promha(['validate', inventory])
    assert.equal(code, 1, err)
    assert.match(err, /Error: checksum mismatch/)
  })

  it('is an error if an archive is not what the lock file says', async () => {
    const { promha, inventory, write, releases, home } = current()
    for (const [path, content] of releases) server.files.set(`/${path}`, content)
    write(`{ from: ${server.url} }`)
    assert.equal((await promha(['artifacts', 'trust', inventory, '--yes'])).code, 0)
    const other = await makeCase('altered')
    for (const [path, content] of other.releases) server.files.set(`/${path}`, content)
    write(`{ from: ${server.url}, cache: ${home}/empty }`)
    const { code, err } = await promha(['validate', inventory])
    assert.equal(code, 1, err)
    assert.match(err, /Error: checksum mismatch: \S+ is not what the lock file says/)
    assert.deepEqual(other.ran(), [])
  })

  it('is told apart from what could not be fetched, which is a warning', async () => {
    const { promha, inventory, write } = current()
    write(`{ from: ${await nowhere()} }`)
    const { code, err } = await promha(['validate', inventory])
    assert.equal(code, 0, err)
    assert.equal(
      err.match(
        /Warning: alertmanager, amtool, prometheus and promtool could not be fetched, so promha did not check/g,
      )?.length,
      1,
      err,
    )
    const strict = await promha(['validate', inventory, '--strict'])
    assert.equal(strict.code, 1)
    assert.equal(
      strict.err.match(/Error: alertmanager, amtool, prometheus and promtool could not be fetched/g)?.length,
      1,
      strict.err,
    )
  })
})

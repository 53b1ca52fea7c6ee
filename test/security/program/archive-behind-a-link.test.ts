/** `validate` shows the hash that it saw, so an archive may not be a link to any file that its user can read. */
import assert from 'node:assert/strict'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../../artifact/support.ts'
import { eachCase, putReleases } from '../support/programs.ts'

describe('security: an archive behind a link', function () {
  this.timeout(60_000)
  const current = eachCase()

  it('is not hashed if the link leads out of the directory', async () => {
    const { promha, inventory, write, releases, checkout, directory } = current()
    putReleases(current(), 'programs')
    const secret = join(directory, 'secret')
    writeFileSync(secret, 'a secret')
    for (const path of releases.keys()) {
      if (!path.endsWith('.tar.gz')) continue
      rmSync(join(checkout, 'programs', path))
      symlinkSync(secret, join(checkout, 'programs', path))
    }
    write('{ from: ./programs }')
    const { code, out, err } = await promha(['validate', inventory])
    assert.doesNotMatch(out + err, new RegExp(sha256('a secret')))
    assert.match(err, /prometheus 3.13.2 for \w+ was not found in \S+programs/)
    assert.equal((await promha(['validate', inventory, '--strict'])).code, 1, `${code}`)
  })

  it('is used if the link stays in the directory', async () => {
    const { promha, inventory, write, releases, checkout, put } = current()
    putReleases(current(), 'programs')
    for (const [path, content] of releases) {
      if (!path.endsWith('.tar.gz')) continue
      const name = path.replaceAll('/', '_')
      put(`programs/${name}`, content)
      rmSync(join(checkout, 'programs', path))
      symlinkSync(join(checkout, 'programs', name), join(checkout, 'programs', path))
    }
    write('{ from: ./programs }')
    const { code, err } = await promha(['artifacts', 'fetch', inventory, '--arch', 'amd64'])
    assert.equal(code, 0, err)
  })
})

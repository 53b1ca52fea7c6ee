/** Programs from a mirror that the inventory names: whoever keeps it, or stands on the way, chose them. */
import assert from 'node:assert/strict'
import { testServer } from '../../artifact/support.ts'
import { eachCase } from '../support/programs.ts'

describe('a program of an untrusted mirror', function () {
  this.timeout(60_000)
  const server = testServer()
  const current = eachCase()
  beforeEach(() => {
    for (const [path, content] of current().releases) server.files.set(`/${path}`, content)
    current().write(`{ from: "${server.url.replace('//', '//me:hush@')}" }`)
  })

  it('is not run by validate, whatever its checksum file and its lock file say', async () => {
    const { promha, inventory, ran } = current()
    for (const state of ['first fetched', 'in the lock file and in the cache']) {
      const { code, err } = await promha(['validate', inventory])
      assert.equal(code, 0, err)
      assert.deepEqual(ran(), [], state)
      assert.match(err, /promtool are not trusted on this machine/)
      assert.doesNotMatch(err, /hush/)
    }
  })

  it('is not run because upstream has a program of that name and version', async () => {
    // The lock file calls both `upstream`: what was noted of a mirror would count for upstream.
    const { promha, inventory, ran, write } = current()
    assert.equal((await promha(['artifacts', 'fetch', inventory])).code, 0)
    write(`{ from: ${server.url} }`)
    assert.match((await promha(['validate', inventory])).err, /not trusted/)
    assert.deepEqual(ran(), [])
  })

  it('runs once a person has accepted it', async () => {
    const { promha, inventory, ran } = current()
    const { code, out, err } = await promha(['artifacts', 'trust', inventory, '--yes'])
    assert.equal(code, 0, err)
    assert.match(out, /promtool +3\.13\.2 \w+ +http:\/\/\*\*\*@127\.0\.0\.1:\d+\/ +accepted +[0-9a-f]{64}/)
    assert.equal((await promha(['validate', inventory, '--strict'])).code, 0)
    assert.ok(ran().length > 0)
  })
})

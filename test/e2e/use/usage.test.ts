/** Requests that are wrong in themselves: no host hears of them. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { useFleet } from '../support/fleet.ts'
import { countTraffic } from '../support/network/network.ts'
import { promha } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

describe('a request that is wrong', function () {
  this.timeout(60_000)
  const fleet = useFleet()
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
  })
  after(() => site?.remove())

  /** Every command that reads an inventory says the same, with exit code 1, and connects to nothing. */
  async function assertRefused(file: string, expected: Record<string, unknown>): Promise<void> {
    const traffic = await countTraffic(fleet.lab().name, async through => {
      for (const command of ['validate', 'plan', 'apply', 'verify', 'status']) {
        const { code, stdout, document } = await promha([command, file, '--json'], { through })
        assert.equal(code, 1, stdout)
        assert.equal(document().result, 'refused')
        const { errors = [] } = document()
        const fits = errors.some(error =>
          Object.entries(expected).every(([key, value]) => error[key as 'line'] === value),
        )
        assert.ok(fits, `${command}: ${stdout}`)
      }
    })
    assert.deepEqual(traffic, { connections: 0, datagrams: 0 })
  }

  it('names a file that is not there', async () => {
    const missing = `${site.directory}/none.yml`
    const { code, document } = await promha(['apply', missing, '--json'])
    assert.equal(code, 1)
    assert.ok(document().errors?.[0]?.summary.includes('none.yml'))
    await assertRefused(missing, {})
  })

  it('holds no YAML', async () => {
    await site.put('broken.yml', 'promha: 1\nhosts:\n  mon-a: { address: 198.18.0.11\ncells: {}\n')
    const { document } = await promha(['apply', `${site.directory}/broken.yml`, '--json'])
    const [first] = document().errors ?? []
    assert.ok(first?.file?.endsWith('broken.yml'))
    assert.ok((first?.line ?? 0) >= 3 && (first?.column ?? 0) >= 1)
    await assertRefused(`${site.directory}/broken.yml`, {})
  })

  it('has a key that does not exist, with the one that was meant', async () => {
    await site.put('unknown.yml', 'promha: 1\nhosts:\n  mon-a: { adress: 198.18.0.11 }\n')
    await assertRefused(`${site.directory}/unknown.yml`, { line: 3, column: 12 })
    const { stderr, code } = await promha(['apply', `${site.directory}/unknown.yml`])
    assert.equal(code, 1)
    assert.match(stderr, /unknown\.yml:3:12/)
    assert.match(stderr, /adress: 198\.18\.0\.11/)
    assert.match(stderr, /address/)
  })

  it('selects a host or component that does not exist', async () => {
    for (const flags of [
      ['--limit', 'mon-z'],
      ['--only', 'promethius'],
    ]) {
      const { code, stdout, document } = await site.run('apply', '--json', ...flags)
      assert.equal(code, 1, stdout)
      assert.ok(document().errors?.[0]?.remedy)
    }
  })
})

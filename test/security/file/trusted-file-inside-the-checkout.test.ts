/** The list of accepted programs, where the inventory's author or another user could write it. */
import assert from 'node:assert/strict'
import { chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { hashLists } from '../../../src/artifact/cache/hash-list.ts'
import { eachCase, putReleases } from '../support/programs.ts'
import { requireRoot } from '../support/root.ts'
import { stranger } from '../support/stranger.ts'

describe('a list of trusted programs that its reader did not write', function () {
  this.timeout(60_000)
  before(requireRoot)
  const current = eachCase()
  beforeEach(() => {
    putReleases(current(), 'programs')
    current().write('{ from: ./programs }')
  })
  const list = () =>
    ['prometheus', 'promtool', 'alertmanager', 'amtool'].map(name => `${current().hashOf(name)}\n`).join('')

  const refuse = async (trusted: string, why: RegExp, inventory = current().inventory) => {
    const { promha, ran } = current()
    for (const args of [
      ['validate', inventory],
      ['artifacts', 'trust', inventory, '--yes'],
    ]) {
      const before = readFileSync(trusted, 'utf8')
      const { code, err } = await promha(args, { PROMHA_TRUSTED: trusted })
      assert.equal(code, 1, `${args[0]}: ${err}`)
      assert.match(err, why)
      assert.match(err, /What to do: /)
      assert.equal(readFileSync(trusted, 'utf8'), before)
    }
    assert.deepEqual(ran(), [])
  }
  const inside = /which PROMHA_TRUSTED names, is not used: it lies in \S+, together with the inventory/

  it('is believed elsewhere', async () => {
    const { promha, directory, inventory, ran } = current()
    const trusted = join(directory, 'ci-trusted')
    writeFileSync(trusted, list())
    const { code, err } = await promha(['validate', inventory, '--strict'], { PROMHA_TRUSTED: trusted })
    assert.equal(code, 0, err)
    assert.ok(ran().length > 0)
  })

  it('is refused beside the inventory', async () => {
    const { put, checkout } = current()
    put('trusted', list())
    await refuse(join(checkout, 'trusted'), inside)
  })

  it('is refused at the top of the checkout', async () => {
    const { put, checkout, inventory } = current()
    put('.git/HEAD', 'ref: refs/heads/main\n')
    put('ci/trusted', list())
    put('inventories/inventory.yml', readFileSync(inventory, 'utf8').replace('./programs', '../programs'))
    put('inventories/rules/x.yml', 'groups: []\n')
    put('inventories/alertmanager.yml', readFileSync(join(checkout, 'alertmanager.yml')))
    // A checkout within the checkout changes nothing.
    put('inventories/.git', 'gitdir: ../.git/modules/x\n')
    await refuse(join(checkout, 'ci/trusted'), inside, join(checkout, 'inventories/inventory.yml'))
  })

  it('is refused through a link, from either side', async () => {
    const { put, checkout, directory } = current()
    put('trusted', list())
    symlinkSync(join(checkout, 'trusted'), join(directory, 'outside'))
    await refuse(join(directory, 'outside'), inside)
    writeFileSync(join(directory, 'real'), list())
    symlinkSync(join(directory, 'real'), join(checkout, 'link'))
    await refuse(join(checkout, 'link'), inside)
    symlinkSync(checkout, join(directory, 'alias'))
    await refuse(join(checkout, 'trusted'), inside, join(directory, 'alias/inventory.yml'))
  })

  it('is refused if another user can change it', async () => {
    const { directory } = current()
    const trusted = join(directory, 'theirs')
    writeFileSync(trusted, list())
    chownSync(trusted, stranger, stranger)
    await refuse(trusted, /is not used: \S+\/theirs belongs to uid 61234/)
  })

  it('is not believed in a home that others can change, which the warning says', async () => {
    const { home, promha, inventory, ran } = current()
    mkdirSync(join(home, '.config/promha'), { recursive: true })
    writeFileSync(join(home, '.config/promha/trusted'), list())
    chownSync(join(home, '.config'), stranger, stranger)
    const { code, err } = await promha(['validate', inventory])
    assert.equal(code, 0, err)
    assert.match(err, /trusted is not used: \S+\/\.config belongs to uid 61234/)
    assert.deepEqual(ran(), [])
  })

  it('is not looked for where promha was started, whatever HOME says', () => {
    const { HOME } = process.env
    try {
      for (const home of ['', 'home', './x']) {
        process.env.HOME = home
        const environment = { ...process.env, XDG_CONFIG_HOME: 'settings', XDG_CACHE_HOME: 'cache' }
        const { accepted, fetched } = hashLists(environment)
        for (const { path } of [accepted, fetched]) assert.ok(path.startsWith(userInfo().homedir), path)
      }
    } finally {
      process.env.HOME = HOME
    }
  })

  it('is not believed in a home that the checkout brings along', async () => {
    const { checkout, promha, inventory, put, ran } = current()
    put('.git/HEAD', 'ref: refs/heads/main\n')
    put('.config/promha/trusted', list())
    put('.cache/promha/fetched', list())
    const { err } = await promha(['validate', inventory], { HOME: checkout })
    assert.match(err, /trusted is not used: it lies in/)
    assert.deepEqual(ran(), [])
    assert.ok(existsSync(join(checkout, '.config/promha/trusted')))
  })
})

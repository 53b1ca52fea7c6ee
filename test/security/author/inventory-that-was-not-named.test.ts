import assert from 'node:assert/strict'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { commands } from '../../../src/cli/commands.ts'
import { problemsOf } from '../../artifact/support.ts'
import { promhaIn } from '../../cli/promha.ts'
import { requireRoot } from '../support/root.ts'
import { stranger } from '../support/stranger.ts'

describe('an inventory of another user that was not named', function () {
  this.timeout(90_000)
  before(requireRoot)
  let folder: string
  let site: string
  const inventory = () => join(site, 'inventory.yml')
  const ran = () => existsSync(join(folder, 'ran'))

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-unnamed-'))
    chmodSync(folder, 0o755)
    site = join(folder, 'site')
    mkdirSync(site)
    const password = `\${cmd:touch ${folder}/ran; echo x}`
    writeFileSync(
      inventory(),
      `promha: 1\nartifacts: { from: ./none }\nssh: { sudo: { password: "${password}" } }\nhosts: {}\ncells: {}\n`,
    )
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('runs nothing, wherever it comes from, and is told of with its owner and what to type', async () => {
    chownSync(inventory(), stranger, stranger)
    for (const [place, more] of [
      [site, {}],
      [folder, { PROMHA_INVENTORY: 'site/inventory.yml' }],
    ] as const) {
      const { code, err } = await promhaIn(place, ['artifacts', 'list'], more)
      assert.equal(code, 1)
      const words = err.replaceAll(/\s+/g, ' ')
      assert.match(
        words,
        /the inventory "(site\/)?inventory\.yml" is not an argument, and others can change it/,
      )
      assert.match(words, /site\/inventory\.yml belongs to uid 61234\./)
      assert.match(words, /If you trust it, name it: `promha artifacts list (site\/)?inventory\.yml`/)
      assert.equal(ran(), false)
    }
  })

  it('is refused by every command that would run what it says', async () => {
    chownSync(site, stranger, stranger)
    const working = process.cwd()
    process.chdir(site)
    const refused: string[] = []
    try {
      for (const [name, { load }] of Object.entries(commands)) {
        if (['lab', 'completion'].includes(name)) continue
        const made = (await load()).command()
        const all: readonly Command[] = made.commands.length > 0 ? made.commands : [made]
        for (const one of all) {
          // These run nothing of it, or read it only later.
          if (['validate', 'graph', 'schedule'].includes(name)) continue
          const problems = await problemsOf(one.parseAsync(['--json'], { from: 'user' }))
          assert.match(problems[0]?.summary ?? '', /is not an argument, and others can change it/)
          assert.match(
            problems[0]?.remedy ?? '',
            /Set PROMHA_TRUST_OWNER=61234 if that user may act as you\.$/,
          )
          refused.push(one === made ? name : `${name} ${one.name()}`)
        }
      }
    } finally {
      process.chdir(working)
    }
    assert.deepEqual(refused.sort(), [
      'apply',
      'artifacts fetch',
      'artifacts list',
      'artifacts trust',
      'destroy',
      'drift',
      'plan',
      'rollback',
      'status',
      'verify',
    ])
    assert.equal(ran(), false)
  })

  it('is read by validate, which runs nothing', async () => {
    chownSync(inventory(), stranger, stranger)
    const { err } = await promhaIn(site, ['validate'])
    assert.doesNotMatch(err, /is not an argument/)
    assert.equal(ran(), false)
  })

  it('is used once it is named, or its owner is', async () => {
    chownSync(inventory(), stranger, stranger)
    await promhaIn(site, ['plan', 'inventory.yml'])
    assert.equal(ran(), true)
    rmSync(join(folder, 'ran'))
    await promhaIn(site, ['plan'], { PROMHA_TRUST_OWNER: String(stranger) })
    assert.equal(ran(), true)
  })
})

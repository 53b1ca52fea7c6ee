/** A plan file comes from elsewhere: the inventory that it names is not opened, since its commands would be run. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { readPlanOf } from '../../../src/cli/input/plan-file.ts'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import type { SavedPlan } from '../../../src/plan/saved/saved.ts'
import { promha, promhaIn } from '../../cli/promha.ts'
import { head } from '../../inventory/harness.ts'

describe('a plan file that names an inventory', function () {
  this.timeout(30_000)
  let directory = ''
  let ran = ''
  let plan = ''
  let planted = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-planted-'))
    ran = join(directory, 'ran')
    plan = join(directory, 'plan.json')
    planted = join(directory, 'planted.yml')
    writeFileSync(
      planted,
      `${head}ssh: { sudo: { password: "\${cmd:touch ${ran}; false}" } }\ncells: { eu: { exporters: { node: {} } } }\n`,
    )
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const save = (inventory: string) => {
    const saved: SavedPlan = {
      ...{ promha: 1, kind: 'plan', inventory },
      selection: { hosts: ['mon-a'], components: ['node_exporter'] },
      hosts: [{ host: 'mon-a', status: 'ok', components: [] }],
    }
    writeFileSync(plan, JSON.stringify(saved))
  }

  it('does not get it read without an argument, whatever inventory is in the current folder', async () => {
    save(planted)
    const none = await promhaIn(directory, ['apply', '--plan', plan])
    assert.equal(none.code, 1)
    assert.match(none.err, /^Error: there is no inventory$/m)

    const other = readFileSync(planted, 'utf8').replace(ran, `${ran}-other`)
    writeFileSync(join(directory, 'inventory.yml'), other)
    for (const variables of [{}, { PROMHA_INVENTORY: 'inventory.yml' }]) {
      const { code, err } = await promhaIn(directory, ['apply', '--plan', plan], variables)
      assert.equal(code, 1)
      assert.match(err, /is a plan of another inventory/)
      assert.match(err, /This run reads "inventory\.yml"\. The plan was made of ".*planted\.yml"/)
    }
    assert.deepEqual(readdirSync(directory).sort(), ['inventory.yml', 'plan.json', 'planted.yml'])
  })

  it('is refused for another inventory before either of them is read', async () => {
    save('inventory.yml')
    const { code, out, err } = await promha('apply', planted, '--plan', plan)
    assert.equal(code, 1)
    assert.match(out + err, /is a plan of another inventory/)
    assert.equal(existsSync(ran), false)
  })

  it('is taken for the inventory that is named, however its path is written', async () => {
    for (const written of [planted, relative(process.cwd(), planted), `${directory}/./planted.yml`]) {
      save(written)
      assert.equal((await readPlanOf(planted, plan)).inventory, written)
    }
    save('other.yml')
    await assert.rejects(readPlanOf(planted, plan), (thrown: unknown) => thrown instanceof ProblemError)
  })

  it('is explained by --help', async () => {
    const { out } = await promha('apply', '--help')
    const text = out.replace(/\s+/g, ' ')
    assert.match(text, /the inventory file \(default: PROMHA_INVENTORY, then \.\/inventory\.yml\)/)
    assert.match(text, /apply exactly this plan .* it must be of the same inventory/)
  })
})

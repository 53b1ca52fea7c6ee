import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPlanFile, readPlanFile } from '../../../src/cli/input/plan-file.ts'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import type { SavedPlan } from '../../../src/plan/saved/saved.ts'

const plan: SavedPlan = {
  promha: 1,
  kind: 'plan',
  inventory: 'inventory.yml',
  selection: { hosts: ['a'], components: ['prometheus'] },
  hosts: [{ host: 'a', status: 'ok', components: [] }],
}

describe('plan file', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promha-plan-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  const refused = (pattern: RegExp) => (thrown: unknown) => {
    assert.ok(thrown instanceof ProblemError, String(thrown))
    assert.match(thrown.problems[0]?.summary ?? '', pattern)
    return true
  }

  it('is written whole, for its owner only, and read back', async () => {
    const file = join(directory, 'plan.json')
    const write = await openPlanFile(file)
    assert.deepEqual(await readdir(directory), [])
    await write(plan)
    assert.deepEqual(await readPlanFile(file), plan)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.deepEqual(await readdir(directory), ['plan.json'])
  })

  it('is refused where it does not speak of the hosts that it was made for', async () => {
    const file = join(directory, 'plan.json')
    const [host] = plan.hosts
    const edited = [
      { ...plan, selection: { hosts: [], components: [] }, hosts: [] },
      { ...plan, selection: { hosts: [], components: ['prometheus'] } },
      { ...plan, hosts: [host, host] },
    ]
    for (const other of edited) {
      await writeFile(file, JSON.stringify(other))
      await assert.rejects(readPlanFile(file), refused(/is not whole: it was cut off or edited/))
    }
  })

  it('replaces an earlier plan, readable by all as it may be', async () => {
    const file = join(directory, 'plan.json')
    await (await openPlanFile(file))(plan)
    await (await openPlanFile(file))({ ...plan, inventory: 'other.yml' })
    assert.equal((await readPlanFile(file)).inventory, 'other.yml')
  })

  it('replaces nothing else, not even what came meanwhile', async () => {
    const file = join(directory, 'notes.txt')
    await writeFile(file, 'mine')
    await assert.rejects(openPlanFile(file), refused(/is not a saved plan, so it was not replaced/))
    const late = join(directory, 'late.json')
    const write = await openPlanFile(late)
    await writeFile(late, '{"promha":1,"command":"plan"}')
    await assert.rejects(write(plan), refused(/was not replaced/))
    assert.equal(await readFile(file, 'utf8'), 'mine')
    assert.deepEqual((await readdir(directory)).sort(), ['late.json', 'notes.txt'])
  })

  it('says before any work that it cannot be written', async () => {
    await assert.rejects(openPlanFile(join(directory, 'no/such/plan.json')), refused(/cannot be written/))
    await assert.rejects(openPlanFile(directory), refused(/cannot be written: it is not a plain file/))
  })

  it('says why it cannot be read', async () => {
    await assert.rejects(readPlanFile(join(directory, 'none')), refused(/cannot be read: ENOENT/))
    await assert.rejects(readPlanFile(directory), refused(/not a plain file/))
  })
})

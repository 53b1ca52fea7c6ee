import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustConfirm } from '../../../src/cli/input/confirm.ts'
import { promha } from '../promha.ts'

describe('destroy', function () {
  this.timeout(30_000)
  let directory: string
  let inventory: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promha-destroy-'))
    inventory = join(directory, 'inventory.yml')
    const hosts = 'hosts:\n  mon-[a:b]: { address: "127.0.0.[1:2]" }\n'
    const cells = 'cells: { lab: { exporters: { node: { hosts: [all] } } } }\n'
    await writeFile(inventory, `promha: 1\n${hosts}${cells}`)
  })
  after(() => rm(directory, { recursive: true }))

  it('refuses without a terminal unless it is told --yes, and says what it would do', async () => {
    const { code, out } = await promha('destroy', inventory, '--json', '--restore', '-l', 'mon-b')
    assert.equal(code, 1)
    const document = JSON.parse(out)
    assert.equal(document.result, 'refused')
    const [problem] = document.errors
    assert.match(problem.detail, /on 1 host \(mon-b\), and keep its data, then give back/)
    assert.match(problem.remedy, /--yes/)
    const purging = await promha('destroy', inventory, '--purge-data')
    assert.equal(purging.code, 1)
    assert.match(purging.err, /on 2 hosts \(mon-a, mon-b\), and delete its data/)
  })

  it('knows a wrong inventory before it asks', async () => {
    const { code, err } = await promha('destroy', join(directory, 'none.yml'), '--yes')
    assert.equal(code, 1)
    assert.match(err, /none\.yml/)
    assert.ok(!err.includes('--yes'))
  })
})

describe('a confirmation', () => {
  const never = () => assert.fail('nobody is asked')

  it('is not asked for where it is given', () => mustConfirm('sure?', true, never))

  it('is had by yes and by nothing else', async () => {
    const asked: string[] = []
    const answer = (yes: boolean) => async (question: string) => {
      asked.push(question)
      return yes
    }
    await mustConfirm('sure?', false, answer(true))
    await assert.rejects(mustConfirm('sure?', false, answer(false)), /nothing was changed/)
    assert.deepEqual(asked, ['sure?', 'sure?'])
  })
})

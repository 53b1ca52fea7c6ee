import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inventoryNames } from '../../../src/cli/completion/names.ts'

const none = { hosts: [], groups: [], cells: [] }

describe('names for completion', () => {
  const directory = mkdtempSync(join(tmpdir(), 'promha-names-'))
  after(() => rmSync(directory, { recursive: true }))
  const inventory = join(directory, 'inventory.yml')

  it('come from the inventory, and nothing of it is run', async () => {
    const mark = join(directory, 'run')
    writeFileSync(
      inventory,
      `promha: 1
ssh: { sudo: { password: "\${cmd:touch ${mark}}" } }
hosts:
  "mon-[a:b]": { address: "127.0.0.[1:2]" }
groups: { all-mon: [mon-*] }
cells: { lab: { hosts: [all-mon], exporters: { node: { hosts: [all] } } } }
`,
    )
    assert.deepEqual(await inventoryNames(inventory), {
      hosts: ['mon-a', 'mon-b'],
      groups: ['all-mon'],
      cells: ['lab'],
    })
    assert.equal(existsSync(mark), false)
  })

  it('are none where the inventory is wrong or absent', async () => {
    writeFileSync(inventory, 'promha: [')
    assert.deepEqual(await inventoryNames(inventory), none)
    assert.deepEqual(await inventoryNames(join(directory, 'nowhere.yml')), none)
  })
})

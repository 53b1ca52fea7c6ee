import assert from 'node:assert/strict'
import { prometheusFiles } from '../../../roles/prometheus/role.ts'
import { storeRuleNames, storeRules } from '../../../roles/storage/rules.ts'
import { stores } from '../../../roles/storage/stores.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { markedWriter } from '../../../src/topology/store/writer-mark.ts'
import { type Case, tells } from '../../inventory/cases.ts'
import { read } from '../../inventory/harness.ts'
import { rulesIn, textOf } from '../standard-rules/promtool.ts'
import { storeSite, twoNodes } from '../victoriametrics/site.ts'

async function filesOf(text: string): Promise<ReadonlyMap<string, string>> {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const [settings, cell] = [inventory.cells[0], buildTopology(inventory).cells[0]]
  assert.ok(settings?.prometheus && cell)
  return new Map(prometheusFiles(cell, settings.prometheus).map(one => [one.path, String(one.content)]))
}
const at = (name: string) => `/etc/prometheus/rules/${name}.yml`
const withStore = storeSite(twoNodes)
const withoutStore = withStore.replace(/ {4}storage:[\s\S]*/, '')

describe('the rules of stores', () => {
  it('are loaded where a cell has a store', async () => {
    const files = await filesOf(withStore)
    assert.equal(files.get(at('promha-storage')), textOf('storage/rules/storage.yml'))
    assert.equal(files.get(at('promha-victoriametrics')), textOf('victoriametrics/rules/victoriametrics.yml'))
    const names = [...(files.get('/etc/prometheus/prometheus.yml') ?? '').matchAll(/rules\/[\w-]+\.yml/g)]
    assert.deepEqual(
      names.map(([name]) => name),
      ['rules/promha.yml', 'rules/promha-storage.yml', 'rules/promha-victoriametrics.yml'],
    )
  })

  it('are not there in a cell without one', async () => {
    const files = await filesOf(withoutStore)
    assert.deepEqual(
      [...files.keys()].filter(path => path.includes('/rules/')),
      [at('promha')],
    )
  })

  it('have the only alert for a node that is down', async () => {
    const others = 'up{job!~"prometheus|alertmanager'
    assert.ok((await filesOf(withStore)).get(at('promha'))?.includes(`${others}|victoriametrics"`))
    assert.ok((await filesOf(withoutStore)).get(at('promha'))?.includes(`${others}"`))
    for (const { components, rules = '' } of stores)
      for (const { name } of components)
        assert.ok(
          rulesIn(rules).some(({ expr }) => {
            const [, jobs = ''] = /^up\{job=~?"([\w|]+)", cell=""\} == 0$/.exec(expr) ?? []
            return jobs.split('|').includes(name)
          }),
          name,
        )
  })

  it('have the names that no file of the user may have', async () => {
    const { inventory } = await read(withStore)
    const [cell] = inventory ? buildTopology(inventory).cells : []
    assert.ok(cell && inventory)
    const reserved = storeRuleNames(inventory.cells[0]?.storage)
    for (const { name } of storeRules(cell)) assert.ok(reserved.includes(name), name)
    const files = { 'promha-storage.yml': 'groups: []\n' }
    const own: Case = {
      ...{ text: storeSite(twoNodes, 'rule_files: [§promha-storage.yml]'), files },
      summary: /promha's own rules/,
    }
    await tells(own)
  })

  it('record the mark of each replica', () => {
    const [mark] = rulesIn('storage/rules/storage.yml') as unknown as readonly Record<string, string>[]
    assert.equal(mark?.record, markedWriter)
  })
})

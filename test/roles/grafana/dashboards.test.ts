/** The dashboards that promha ships, as far as they can be judged without Grafana. */
import assert from 'node:assert/strict'
import { homeDashboard, shippedDashboards } from '../../../roles/grafana/dashboards.ts'
import { ownPrefix } from '../../../roles/grafana/settings/dashboards.ts'

interface Panel {
  readonly id: number
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets: readonly { readonly refId: string; readonly expr: string; readonly datasource: unknown }[]
}

interface Shipped {
  readonly uid: string
  readonly title: string
  readonly editable: boolean
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] }
}

describe('shipped dashboards', () => {
  const all = shippedDashboards().map(({ content, file }) => ({ file, ...(JSON.parse(content) as Shipped) }))

  it('are those of pair, cluster, failover, drift and stores, of which the pair is seen first', () => {
    const names = ['cluster.json', 'drift.json', 'failover.json', 'pair.json', 'stores.json']
    assert.deepEqual(
      all.map(({ file }) => file),
      names,
    )
    assert.ok(names.includes(homeDashboard))
  })

  it('have uids of their own, which no other dashboard may have', () => {
    assert.equal(new Set(all.map(({ uid }) => uid)).size, all.length)
    for (const { uid } of all) assert.ok(uid.startsWith(ownPrefix) && uid.length <= 40, uid)
  })

  it('ask the data source that is chosen, and cannot be changed', () => {
    for (const { editable, panels, templating, title } of all) {
      assert.equal(editable, false)
      assert.deepEqual(
        templating.list.map(({ name, type }) => [name, type]),
        [['datasource', 'datasource']],
      )
      for (const { targets } of panels)
        for (const { datasource } of targets)
          assert.deepEqual(datasource, { type: 'prometheus', uid: '${datasource}' }, title)
    }
  })

  it('have panels that do not overlap, each with an id and a question of its own', () => {
    for (const { panels, title } of all) {
      const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) => {
        assert.ok(x + w <= 24, title)
        return Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`)
      })
      assert.equal(new Set(cells).size, cells.length, title)
      assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length, title)
      for (const { targets, title: own } of panels) {
        assert.ok(targets.length > 0, own)
        for (const { expr } of targets) assert.ok(expr.trim() !== '', own)
      }
    }
  })
})

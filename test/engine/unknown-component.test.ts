/** What promha owns of a component that it does not know: another release set it up, or another inventory. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { components } from '../../roles/index.ts'
import type { RunOutcome } from '../../src/engine/api.ts'
import { destroy, destroyInstances } from '../../src/engine/destroy.ts'
import { nowDiffers } from '../../src/engine/progress.ts'
import { apply, drift, plan, status } from '../../src/engine/run.ts'
import type { Host } from '../../src/inventory/model.ts'
import { select } from '../../src/inventory/select.ts'
import type { Stamp } from '../../src/resource/observed.ts'
import { renderRecord } from '../../src/shell/record.ts'
import { blank } from '../plan/host.ts'
import { planOf } from './plans.ts'
import { type Fleet, type Liar, startFleet } from './support/fleet.ts'

const made = (kind: 'unit' | 'program' | 'file', name: string) => ({ kind, name, found: false }) as const
const stamp: Stamp = {
  ...{ restart: 'r', reload: 'l', all: 'a', time: 1, run: '1-x', generation: 1, cell: 'eu', version: '1' },
  unit: 'oddity_exporter.service',
  owned: [
    made('file', '/etc/oddity_exporter/my.cnf'),
    made('program', '/usr/local/bin/oddity_exporter'),
    made('unit', '/etc/systemd/system/oddity_exporter.service'),
  ],
}

/** A host that says so in each probe. */
const withStamp = (found: Stamp): Liar => ({
  host: 'app-c',
  kind: 'probe',
  lie: (healthy, nonce) => {
    const lines = renderRecord(found)
      .trimEnd()
      .split('\n')
      .map(line => `/var/lib/promha/state/oddity_exporter:${line}`)
    return healthy.replace(`${nonce} stamps\n`, `${nonce} stamps\n${lines.join('\n')}\n`)
  },
})

const stepsOf = ({ plan: { hosts } }: RunOutcome) =>
  hosts.flatMap(({ host, instances }) =>
    instances
      .filter(({ component }) => component === 'oddity_exporter')
      .flatMap(({ changes }) => changes.map(({ action, resource }) => `${host} ${action} ${resource}`)),
  )
const removal = [
  'app-c stop service:oddity_exporter.service',
  'app-c disable service:oddity_exporter.service',
  'app-c delete file:/etc/oddity_exporter/my.cnf',
  'app-c delete unit:oddity_exporter.service',
  'app-c delete program:/usr/local/bin/oddity_exporter',
]

describe('a component that promha does not know', () => {
  let fleet: Fleet
  before(async () => {
    fleet = await startFleet()
  })
  after(() => fleet.close())
  const everything = () => ({ selection: select(fleet.inventory, { limit: 'app-c' }) })

  it('goes, as all that has left the inventory', async () => {
    const planned = await plan(fleet.request(withStamp(stamp), everything(), true).request)
    assert.deepEqual(stepsOf(planned), removal)
    const applied = await apply(fleet.request(withStamp(stamp), everything(), true).request)
    assert.deepEqual(stepsOf(applied), removal)
    assert.equal(applied.plan.hosts[0]?.status, 'changed')
  })

  it('is left alone if the run is about others, or if it is of another cell', async () => {
    const only = { selection: select(fleet.inventory, { only: ['node_exporter'] }) }
    assert.deepEqual(stepsOf(await plan(fleet.request(withStamp(stamp), only, true).request)), [])
    const foreign = fleet.request(withStamp({ ...stamp, cell: 'us' }), everything(), true)
    assert.deepEqual(stepsOf(await plan(foreign.request)), [])
    const told = foreign.events.flatMap(event => (event.type === 'problem' ? [event.problem] : []))
    const [problem] = told.filter(({ summary }) => summary.includes('oddity_exporter'))
    assert.match(problem?.summary ?? '', /left alone: it is of cell us/)
    // No `--only` of this promha takes its name.
    assert.match(problem?.remedy ?? '', /with the promha and the inventory that installed it\.$/)
  })

  it('stands in the way of no other command', async () => {
    const request = () => fleet.request(withStamp(stamp), everything(), true).request
    const found = await drift(request(), false)
    assert.deepEqual(stepsOf(found), removal)
    assert.ok((await status(request())).every(({ component }) => components.includes(component)))
    const gone = await destroy(request(), { purgeData: false, restore: true })
    assert.deepEqual(stepsOf(gone), removal)
  })

  it('is destroyed with all others, whatever cell it is of', () => {
    const observed = { ...blank, stamps: new Map([['oddity_exporter', { ...stamp, cell: 'us', unit: '' }]]) }
    const session = { host: { name: 'app-c' } as Host, observed }
    const [instance, ...rest] = destroyInstances(session, new Set(components), false)
    assert.deepEqual(rest, [])
    assert.equal(instance?.service.unit, 'oddity_exporter.service')
    assert.equal(instance.health.loaded, 'unit')
    assert.deepEqual(destroyInstances(session, new Set(['prometheus']), false), [])
  })

  it('has a name for what its members are together', () => {
    const [a, b] = ['a', 'b'].map(host => {
      const known = planOf(host, 'alertmanager')
      return { ...known, component: 'x', instance: { ...known.instance, component: 'x' } }
    })
    assert.ok(a && b)
    const progress = { results: new Map([[a, 'changed' as const]]), problems: new Map(), given: new Set('') }
    assert.match(nowDiffers(progress, b, [a, b])?.summary ?? '', /^the pair now differs: x has/)
  })
})

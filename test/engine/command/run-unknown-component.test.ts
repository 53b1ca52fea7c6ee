/** What promha owns of a component that it does not know: another release set it up, or another inventory. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { components } from '../../../roles/index.ts'
import type { RunOutcome } from '../../../src/engine/api.ts'
import { destroy, destroyInstances } from '../../../src/engine/command/destroy.ts'
import { apply, drift, plan, status } from '../../../src/engine/command/run.ts'
import { nowDiffers } from '../../../src/engine/progress.ts'
import { select } from '../../../src/inventory/host/select.ts'
import type { StateRecord } from '../../../src/resource/observed.ts'
import { renderRecord } from '../../../src/shell/record/record.ts'
import { blank } from '../../plan/host.ts'
import { planOf } from '../plans.ts'
import { runOf } from '../runs.ts'
import { type Fleet, type Liar, startFleet } from '../support/fleet.ts'

const made = (kind: 'unit' | 'program' | 'file', name: string) => ({ kind, name, found: false }) as const
const stamp: StateRecord = {
  ...{ restart: 'r', reload: 'l', all: 'a', time: 1, run: '1-x', generation: 1, cell: 'eu', version: '1' },
  unit: 'oddity_exporter.service',
  owned: [
    made('file', '/etc/oddity_exporter/my.cnf'),
    made('program', '/usr/local/bin/oddity_exporter'),
    made('unit', '/etc/systemd/system/oddity_exporter.service'),
  ],
}

/** A host that says so in each probe. */
const withStamp = (found: StateRecord): Liar => ({
  host: 'app-c',
  kind: 'probe',
  lie: (healthy, nonce) => {
    const lines = renderRecord(found)
      .trimEnd()
      .split('\n')
      .map(line => `/var/lib/promha/state/oddity_exporter:${line}`)
    return healthy.replace(`${nonce} records\n`, `${nonce} records\n${lines.join('\n')}\n`)
  },
})

const stepsOf = ({ hosts }: RunOutcome) =>
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

describe('a component that promha does not know', function () {
  // A whole apply with its checks takes ten seconds on a busy machine.
  this.timeout(60_000)
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
    assert.equal(applied.hosts[0]?.status, 'changed')
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

  it('ends with its own unit, and a warning, if its note names another one', async () => {
    const { request, events } = fleet.request(
      withStamp({ ...stamp, unit: 'ssh.service' }),
      everything(),
      true,
    )
    assert.deepEqual(stepsOf(await plan(request)), removal)
    const told = events.flatMap(event => (event.type === 'problem' ? [event.problem.summary] : []))
    assert.ok(
      told.includes("promha's note of oddity_exporter names a unit that is not its own: ssh.service"),
      told.join('\n'),
    )
  })

  it('stands in the way of no other command', async () => {
    const request = () => fleet.request(withStamp(stamp), everything(), true).request
    const found = await drift(request(), false)
    assert.deepEqual(stepsOf(found), removal)
    assert.ok((await status(request())).every(({ component }) => components.includes(component)))
    const gone = await destroy(request(), { purgeData: false, restore: true })
    assert.deepEqual(stepsOf(gone), removal)
  })

  it('has its backup given back with all others, though nothing of it is left', async () => {
    const liar: Liar = {
      host: 'app-c',
      kind: 'probe',
      lie: (healthy, nonce) =>
        healthy.replace(`${nonce} end`, `${nonce} backups\noddity_exporter\n${nonce} end`),
    }
    const givenBack = async (only?: readonly string[]) => {
      const { request, sent } = fleet.request(liar, {
        selection: select(fleet.inventory, only ? { only } : {}),
      })
      await destroy(request, { purgeData: false, restore: true })
      const about = sent.filter(({ sent: { script } }) => script.includes('backup/oddity_exporter'))
      return about.map(({ host }) => host)
    }
    assert.deepEqual(await givenBack(), ['app-c'])
    assert.deepEqual(await givenBack(['node_exporter']), [])
  })

  it('is destroyed with all others, whatever cell it is of', () => {
    const observed = { ...blank, records: new Map([['oddity_exporter', { ...stamp, cell: 'us', unit: '' }]]) }
    const run = runOf('app-c', { observed })
    const [instance, ...rest] = destroyInstances(run, new Set(components), false)
    assert.deepEqual(rest, [])
    assert.equal(instance?.service.unit, 'oddity_exporter.service')
    assert.equal(instance.health.loaded, 'unit')
    assert.deepEqual(destroyInstances(run, new Set(['prometheus']), false), [])
  })

  it('has a name for what its members are together', () => {
    const [a, b] = ['a', 'b'].map(host => {
      const known = planOf(host, 'alertmanager')
      return { ...known, component: 'x', instance: { ...known.instance, component: 'x' } }
    })
    assert.ok(a && b)
    const progress = {
      results: new Map([[a, 'changed' as const]]),
      problems: new Map(),
      abandoned: new Set(''),
    }
    assert.match(nowDiffers(progress, b, [a, b])?.summary ?? '', /^the pair now differs: x has/)
  })
})

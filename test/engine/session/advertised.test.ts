import assert from 'node:assert/strict'
import { components } from '../../../roles/index.ts'
import { buildInstances } from '../../../roles/instances.ts'
import type { Artifacts } from '../../../src/artifact/model.ts'
import type { HostRun } from '../../../src/engine/host-run.ts'
import { unresolvedWarnings, withAdvertised } from '../../../src/engine/session/advertised.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import { probeFor } from '../../../src/plan/questions.ts'
import type { Lookups } from '../../../src/resource/observed.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { blank, hash } from '../../plan/host.ts'
import { host, inventory, labCell } from '../../topology/sample.ts'

const versions = () => '0.33.1'
const { prometheus: _, exporters: __, ...cell } = labCell({ hosts: ['mon-a', 'mon-b'] })
const hosts = [host('mon-a', 'mon-a.pub'), host('mon-b', 'mon-b.pub')]
const site = inventory([cell], { hosts })
const topology = buildTopology(site)
const all = buildInstances(site, topology, versions)
const prepared = {
  inventory: site,
  topology,
  artifacts: { version: versions } as unknown as Artifacts,
  all,
  instances: all,
}
const selection = { hosts: new Set(hosts.map(({ name }) => name)), components: new Set(components) }

function session(index: number, names: Readonly<Record<string, readonly string[]>>): HostRun {
  const at = hosts[index] ?? assert.fail()
  const lookups: Lookups = { names: new Map(Object.entries(names)), outward: [] }
  const desired = all.filter(one => one.host === at.name)
  return { host: at, session: { observed: { ...blank, lookups } }, desired, plan: [] }
}

function unitsOf(runs: readonly HostRun[]): readonly string[] {
  return runs.flatMap(({ desired }) =>
    desired.flatMap(({ resources }) =>
      resources.flatMap(one => (one.kind === 'unit' && typeof one.content === 'string' ? [one.content] : [])),
    ),
  )
}

describe('Alertmanagers whose hosts have names', () => {
  it('are asked for with the first look at the hosts', () => {
    assert.deepEqual(probeFor(all, false).names, ['mon-a.pub', 'mon-b.pub'])
  })

  it('advertise what the other one resolves, and the plan says so', () => {
    const seen = withAdvertised(
      prepared,
      [session(0, { 'mon-b.pub': ['44.128.77.12'] }), session(1, { 'mon-a.pub': ['44.128.77.11'] })],
      { inventory: site, selection },
    )
    const [a = '', b = ''] = unitsOf(seen.runs)
    assert.match(a, /--cluster\.advertise-address=44\.128\.77\.11:9094/)
    assert.match(b, /--cluster\.advertise-address=44\.128\.77\.12:9094/)
    // Its own name would lead it to itself.
    assert.match(a, /--cluster\.peer=mon-b\.pub:9094/)
    assert.doesNotMatch(a, /--cluster\.peer=mon-a\.pub/)
    const [instance] = seen.runs[0]?.desired ?? []
    const plan = planInstance(instance ?? assert.fail(), blank, hash)
    assert.match(
      plan.changes.find(({ resource }) => resource === 'unit:alertmanager.service')?.reason ?? '',
      /advertises 44\.128\.77\.11:9094, as mon-b resolves mon-a\.pub$/,
    )
    assert.deepEqual(unresolvedWarnings(seen.prepared.topology), [])
  })

  it('are warned of if the other one cannot resolve the name', () => {
    const seen = withAdvertised(prepared, [session(0, { 'mon-b.pub': ['44.128.77.12'] }), session(1, {})], {
      inventory: site,
      selection,
    })
    const warnings = unresolvedWarnings(seen.prepared.topology)
    assert.deepEqual(
      warnings.map(({ severity, summary }) => `${severity}: ${summary}`),
      ['warning: mon-b cannot resolve mon-a.pub to an address that leads to mon-a'],
    )
    assert.match(warnings[0]?.remedy ?? '', /`address:` of mon-a to its IP address/)
  })
})

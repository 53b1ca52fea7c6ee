/** No series twice: what each replica holds is worked out label by label, as Prometheus would, over random sites. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Inventory, YamlMap } from '../../../../src/inventory/model.ts'
import { buildTopology } from '../../../../src/topology/build.ts'
import type { CellTopology, Job } from '../../../../src/topology/model.ts'
import { seriesTwice } from '../../../../src/topology/rules/federation/federated.ts'
import { randomSite } from '../../site.ts'

type Labels = Readonly<Record<string, string>>

/** One series as it is held, and what it is of, whoever holds it. */
interface Held {
  readonly of: string
  readonly labels: Labels
  /** Those that it should have: where it was collected, all but what its source called its replica. */
  readonly expected: Labels
}

/** All that one replica of a cell holds: one series a target of its own, and what it gets from other cells. */
function held(cell: CellTopology, site: readonly CellTopology[]): readonly Held[] {
  if (cell.replicas.length === 0) return []
  const found = cell.jobs.flatMap(job => {
    if (job.name === 'federate') return job.targets.flatMap(target => federated(job, target, site))
    return job.targets.map(({ instance, labels: own }) => {
      const labels = { job: job.name, instance, ...own }
      return { of: `${cell.name} ${job.name} ${instance}`, labels, expected: labels }
    })
  })
  const unique = new Map(found.map(series => [`${series.of} ${textOf(series.labels)}`, series]))
  return [...unique.values()]
}

function federated(job: Job, target: Job['targets'][number], site: readonly CellTopology[]): readonly Held[] {
  const cell = site.find(({ replicas }) =>
    replicas.some(({ host }) => target.instance.startsWith(`${host}:`)),
  )
  const replica = cell?.replicas.find(({ host }) => target.instance.startsWith(`${host}:`))
  assert.ok(cell && replica, target.instance)
  const external = Object.entries(cell.externalLabels).map(([name, value]) => [
    name,
    value === `$${'{REPLICA}'}` ? replica.name : value,
  ])
  const kept = Object.entries(target.labels).filter(([name]) => !name.startsWith('__'))
  const scrape = { job: job.name, instance: target.instance, ...Object.fromEntries(kept) }
  return held(cell, site).map(({ of, labels }) => {
    const given = { ...Object.fromEntries(external), ...labels }
    const stored = job.honorLabels ? { ...scrape, ...given } : { ...given, ...scrape }
    const { [cell.replicaLabel]: _, ...unnamed } = stored
    return {
      of,
      labels: relabelled(stored, job.metricRelabelConfigs ?? []),
      expected: Object.hasOwn(labels, cell.replicaLabel) ? stored : unnamed,
    }
  })
}

/** By rules that give a label another value, and take it away where that is empty. */
function relabelled(labels: Labels, rules: readonly YamlMap[]): Labels {
  return rules.reduce((before: Labels, rule) => {
    const { source_labels: from, regex, target_label: to, replacement } = rule
    assert.ok(Array.isArray(from) && typeof to === 'string', JSON.stringify(rule))
    const value = from.map(name => before[String(name)] ?? '').join(';')
    if (!new RegExp(`^(?:${regex})$`).test(value)) return before
    const { [to]: _, ...rest } = before
    return replacement === '' ? rest : { ...rest, [to]: String(replacement) }
  }, labels)
}

/** What a sink gets of one replica: its external labels where a series has none of that name, but for the replica's. */
function sent({ externalLabels, replicaLabel }: CellTopology, labels: Labels): Labels {
  const { [replicaLabel]: _, ...rest } = { ...externalLabels, ...labels }
  return rest
}

const textOf = (labels: Labels) => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

const isWarnedOf = (site: Inventory, name: string) =>
  site.cells.some(cell => cell.name === name && seriesTwice(cell, site.cells).length > 0)

/** Whether what a cell collects from was warned of itself. */
function isDoubledBefore(site: Inventory, name: string): boolean {
  const from = site.cells.find(cell => cell.name === name)?.federation?.from ?? []
  return from.some(source => isWarnedOf(site, source) || isDoubledBefore(site, source))
}

function always(check: (cell: CellTopology, site: Inventory, all: readonly CellTopology[]) => void): void {
  fc.assert(
    fc.property(randomSite, site => {
      const { cells } = buildTopology(site)
      for (const cell of cells) check(cell, site, cells)
    }),
    { numRuns: 300 },
  )
}

describe('what a replica holds', () => {
  it('is each series once, and twice exactly where the reader has warned of it', () => {
    let warned = 0
    always((cell, site, all) => {
      if (isDoubledBefore(site, cell.name)) return
      const things = held(cell, all).map(({ of }) => of)
      const twice = things.length > new Set(things).size
      assert.equal(twice, isWarnedOf(site, cell.name), JSON.stringify(held(cell, all)))
      if (twice) warned += 1
    })
    assert.ok(warned > 0, 'no site of them all had two ways to one cell')
  })

  it('has all its labels, and those of the cell it was collected from, but not the replica’s', () => {
    always((cell, _, all) => {
      for (const { labels, expected } of held(cell, all)) assert.deepEqual(labels, expected)
    })
  })

  it('is never two things under the same labels', () => {
    always((cell, _, all) => {
      const series = held(cell, all)
      const labels = series.map(each => textOf(each.labels))
      assert.equal(new Set(labels).size, series.length)
    })
  })

  it('reaches a sink as one series from all replicas of a cell, and never as one of another cell', () => {
    always((_, __, all) => {
      const owners = new Map<string, string>()
      for (const cell of all) {
        for (const { of, labels } of held(cell, all)) {
          const text = textOf(sent(cell, labels))
          assert.equal(owners.get(text) ?? of, of)
          owners.set(text, of)
        }
      }
    })
  })
})

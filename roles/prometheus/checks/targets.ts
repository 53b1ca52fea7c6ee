/** What the replicas scrape, and whether it answers them. */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import type { CellTopology, FileTarget } from '../../../src/topology/model.ts'
import { api, type Target } from '../../../src/verify/answer/answers.ts'
import { remedyFor } from '../../../src/verify/answer/scrape-errors.ts'
import { downReason, targetAt, targetsAtAddress } from '../../../src/verify/answer/targets.ts'
import { type CheckDefinition, defineCheck } from '../../../src/verify/answer/view.ts'
import { each, type NamedProgram, programQuestion } from '../../../src/verify/ask/question.ts'
import type { TargetOwner } from '../../../src/verify/checks/exporter-up.ts'

const discovered = 'If service discovery finds them, check that it answers all replicas alike.'

/** `prometheus.targets_identical`: the same active targets on every replica. */
export function targetsIdentical(cell: CellTopology, replicas: readonly NamedProgram[]): CheckDefinition {
  const needs = { targets: each(replicas, api.targets) }
  return defineCheck('prometheus.targets_identical', cell.name, needs, ({ targets }) => {
    const sets = targets.map(({ program, answer }) => ({
      name: program.name,
      other: new Map(answer.map(target => [identity(target), target])),
    }))
    const first = sets[0]?.other ?? new Map<string, Target>()
    for (const { name: b, other } of sets) {
      const lacking = [...first].filter(([key]) => !other.has(key)).map(([, target]) => label(target))
      const further = [...other].filter(([key]) => !first.has(key)).map(([, target]) => label(target))
      if (lacking.length === 0 && further.length === 0) continue
      const a = sets[0]?.name
      const parts = [
        lacking.length > 0 ? `only ${a} scrapes ${listFirst(lacking)}` : '',
        further.length > 0 ? `only ${b} scrapes ${listFirst(further)}` : '',
      ].filter(part => part !== '')
      return {
        status: 'fail',
        detail: parts.join('; '),
        remedy: `Run apply. ${discovered}`,
        afterFailure: discovered,
      }
    }
    const count = `${first.size} ${first.size === 1 ? 'target' : 'targets'}`
    if (replicas.length === 1) return { status: 'pass', detail: `${count} on the only replica` }
    return { status: 'pass', detail: `the same ${count} on ${replicas.length} of ${replicas.length}` }
  })
}

/** `prometheus.targets_up`: fails for what promha installs, warns for the user's own. */
export function targetsUp(
  cell: CellTopology,
  replica: NamedProgram,
  owner: (instance: string, job: string) => TargetOwner,
): CheckDefinition {
  const needs = { targets: programQuestion(replica, api.targets) }
  // What other cells are doing is theirs to answer for, and their own verify tells.
  const answered = cell.jobs.filter(({ name, foreign }) => name !== 'federate' && !foreign)
  const generated = new Set(answered.map(({ name }) => name))
  return defineCheck('prometheus.targets_up', `${replica.host}/prometheus`, needs, ({ targets }) => {
    const wanted = ({ instance = '' }: { readonly instance?: string }, job: string) =>
      !generated.has(job) || !owner(instance, job).missing
    const active = targets.filter(({ labels, scrapePool }) => wanted(labels, scrapePool))
    const down = active.filter(target => target.health !== 'up')
    const missing = cell.jobs.flatMap(job =>
      job.targets
        .filter(target => wanted(target, job.name))
        .filter(({ instance }) => targetAt(active, job.name, instance) === undefined)
        .map(({ instance }) => ({ instance, job: job.name, said: `${job.name} ${instance} (not scraped)` })),
    )
    const own: readonly {
      instance: string
      job: string
      said: string
      target?: Target
      owner: TargetOwner
    }[] = [
      ...down
        .filter(target => generated.has(target.scrapePool))
        .map(target => ({
          instance: target.labels.instance ?? '',
          job: target.scrapePool,
          said: state(target),
          target,
        })),
      ...missing,
    ].map(entry => ({ ...entry, owner: owner(entry.instance, entry.job) }))
    const unread = cell.fileTargets.filter(
      wanted => !targetsAtAddress(active, wanted.job, wanted.address).some(target => isOf(target, wanted)),
    )
    // What was left out may not be installed yet, so it counts as the user's.
    const ours = own.filter(entry => entry.owner.selected)
    const others = [
      ...own.filter(entry => !entry.owner.selected).map(entry => entry.said),
      ...down.filter(target => !generated.has(target.scrapePool)).map(state),
      ...unread.map(({ job, address }) => `${job} ${address} (not read yet)`),
    ]
    const total = active.length + missing.length + unread.length
    const said = [...ours.map(entry => entry.said), ...others]
    const older = active.filter(target => target.older).length
    const detail = `${total - said.length} of ${total} targets up${older > 0 ? ` (${older} scraped last before the change)` : ''}`
    if (said.length === 0) return { status: 'pass', detail }
    const failed = ours.length > 0 ? ours.map(({ target }) => target) : down
    const seen = {
      detail: `${detail}; not ${listFirst(said)}`,
      remedy: remedyFor(failed, { on: [replica.host] }),
    }
    // Their own checks say that they are gone.
    const follows =
      own.length === said.length && own.every(entry => entry.owner.gone) ? { follows: true as const } : {}
    // A target of the user's own is worth a warning, but not before it was read and scraped at all.
    if (ours.length === 0)
      return {
        status: 'warn',
        ...seen,
        ...follows,
        settled: unread.length === 0 && active.every(target => target.health !== 'unknown'),
      }
    return {
      status: 'fail',
      ...seen,
      ...follows,
      settled: ours.every(({ owner, target }) => owner.gone || target?.lasting),
    }
  })
}

/** `prometheus.mutual`: each replica sees every other one up. */
export function mutual(cell: CellTopology, replicas: readonly NamedProgram[]): CheckDefinition {
  const id = 'prometheus.mutual'
  if (replicas.length < 2) {
    return defineCheck(id, cell.name, {}, () => ({
      status: 'warn',
      detail: 'there is one replica only, so nothing watches it',
      remedy: 'Name a second one under replicas, on another host.',
    }))
  }
  return defineCheck(id, cell.name, { targets: each(replicas, api.targets) }, ({ targets }) => {
    const blind: string[] = []
    const failed: (Target | undefined)[] = []
    const seers = new Set<string>()
    for (const { program: seer, answer: active } of targets) {
      for (const seen of replicas) {
        if (seen === seer) continue
        const target = targetAt(active, 'prometheus', seen.instance)
        if (target?.health === 'up') continue
        failed.push(target)
        seers.add(seer.host)
        blind.push(
          `${seer.name} does not see ${seen.name} up (${target ? downReason(target) : 'not scraped'})`,
        )
      }
    }
    if (blind.length > 0)
      return { status: 'fail', detail: listFirst(blind), remedy: remedyFor(failed, { on: [...seers] }) }
    const [a, b] = replicas.map(({ name }) => name)
    if (replicas.length === 2) return { status: 'pass', detail: `${a} sees ${b} up and ${b} sees ${a} up` }
    return { status: 'pass', detail: `each of ${replicas.length} replicas sees all others up` }
  })
}

function identity({ scrapePool, scrapeUrl, labels }: Target): string {
  return JSON.stringify([scrapePool, scrapeUrl, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])
}

function label({ scrapePool, labels }: Target): string {
  return `${scrapePool} ${labels.instance ?? ''}`
}

function state(target: Target): string {
  return `${label(target)} (${downReason(target)})`
}

/** Discovered from the file as it is wanted now; relabelling is none of the file's. */
function isOf({ scrapePool, discoveredLabels }: Target, { job, address, labels }: FileTarget): boolean {
  if (scrapePool !== job || discoveredLabels.__address__ !== address) return false
  return Object.entries(labels).every(([name, value]) => discoveredLabels[name] === value)
}

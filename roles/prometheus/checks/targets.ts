/** What the replicas scrape, and whether it answers them. */
import { few } from '../../../src/diagnostic/few.ts'
import type { CellTopology, FileTarget } from '../../../src/topology/model.ts'
import { paths, type Target } from '../../../src/verify/answers.ts'
import type { Owner } from '../../../src/verify/exporter-up.ts'
import { remedyFor } from '../../../src/verify/scrape-errors.ts'
import { reason, targetAt, targetsAtAddress, targetsOf } from '../../../src/verify/targets.ts'
import { each, type NamedProgram, type Question, question } from '../../../src/verify/view.ts'

/** `prometheus.targets_identical`: the same active targets on every replica. */
export function targetsIdentical(cell: CellTopology, replicas: readonly NamedProgram[]): Question {
  const needs = each(replicas, paths.targets)
  return question('prometheus.targets_identical', cell.name, needs, bodies => {
    const sets = bodies.map(body => new Map(targetsOf(body).map(target => [identity(target), target])))
    const first = sets[0] ?? new Map<string, Target>()
    for (const [index, other] of sets.entries()) {
      const lacking = [...first].filter(([key]) => !other.has(key)).map(([, target]) => label(target))
      const further = [...other].filter(([key]) => !first.has(key)).map(([, target]) => label(target))
      if (lacking.length === 0 && further.length === 0) continue
      const [a, b] = [replicas[0]?.name, replicas[index]?.name]
      const parts = [
        lacking.length > 0 ? `only ${a} scrapes ${few(lacking)}` : '',
        further.length > 0 ? `only ${b} scrapes ${few(further)}` : '',
      ].filter(part => part !== '')
      return {
        status: 'fail',
        detail: parts.join('; '),
        remedy: 'Run apply; where service discovery finds them, see that it answers both replicas alike.',
        afterFailure: 'Where service discovery finds them, see that it answers both replicas alike.',
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
  owner: (instance: string, job: string) => Owner,
): Question {
  const needs = each([replica], paths.targets)
  // What other cells are doing is theirs to answer for, and their own verify tells.
  const answered = cell.jobs.filter(({ name, foreign }) => name !== 'federate' && !foreign)
  const generated = new Set(answered.map(({ name }) => name))
  return question('prometheus.targets_up', `${replica.host}/prometheus`, needs, bodies => {
    const wanted = ({ instance = '' }: { readonly instance?: string }, job: string) =>
      !generated.has(job) || !owner(instance, job).missing
    const active = targetsOf(bodies[0]).filter(({ labels, scrapePool }) => wanted(labels, scrapePool))
    const down = active.filter(target => target.health !== 'up')
    const missing = cell.jobs.flatMap(job =>
      job.targets
        .filter(target => wanted(target, job.name))
        .filter(({ instance }) => targetAt(active, job.name, instance) === undefined)
        .map(({ instance }) => ({ instance, job: job.name, said: `${job.name} ${instance} (not scraped)` })),
    )
    const own: readonly { instance: string; job: string; said: string; target?: Target; owner: Owner }[] = [
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
    const seen = { detail: `${detail}; not ${few(said)}`, remedy: remedyFor(failed, { on: [replica.host] }) }
    // A target of the user's own is worth a warning, but not before it was read and scraped at all.
    if (ours.length === 0)
      return {
        status: 'warn',
        ...seen,
        settled: unread.length === 0 && active.every(target => target.health !== 'unknown'),
      }
    return {
      status: 'fail',
      ...seen,
      settled: ours.every(({ owner, target }) => owner.gone || target?.lasting),
    }
  })
}

/** `prometheus.mutual`: each replica sees every other one up. */
export function mutual(cell: CellTopology, replicas: readonly NamedProgram[]): Question {
  const id = 'prometheus.mutual'
  if (replicas.length < 2) {
    return question(id, cell.name, [], () => ({
      status: 'warn',
      detail: 'there is one replica only, so nothing watches it',
      remedy: 'Name a second one under replicas, on another host.',
    }))
  }
  return question(id, cell.name, each(replicas, paths.targets), bodies => {
    const blind: string[] = []
    const failed: (Target | undefined)[] = []
    const seers = new Set<string>()
    for (const [index, seer] of replicas.entries()) {
      const active = targetsOf(bodies[index])
      for (const [at, seen] of replicas.entries()) {
        if (at === index) continue
        const target = targetAt(active, 'prometheus', seen.instance)
        if (target?.health === 'up') continue
        failed.push(target)
        seers.add(seer.host)
        blind.push(`${seer.name} does not see ${seen.name} up (${target ? reason(target) : 'not scraped'})`)
      }
    }
    if (blind.length > 0)
      return { status: 'fail', detail: few(blind), remedy: remedyFor(failed, { on: [...seers] }) }
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
  return `${label(target)} (${reason(target)})`
}

/** Discovered from the file as it is wanted now; relabelling is none of the file's. */
function isOf({ scrapePool, discoveredLabels }: Target, { job, address, labels }: FileTarget): boolean {
  if (scrapePool !== job || discoveredLabels.__address__ !== address) return false
  return Object.entries(labels).every(([name, value]) => discoveredLabels[name] === value)
}

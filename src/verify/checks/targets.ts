/** What the replicas scrape, and whether it answers them. */

import { few } from '../../diagnostic/few.ts'
import type { CellTopology, FileTarget } from '../../topology/model.ts'
import { data, paths, type Target } from '../answers.ts'
import { remedyFor } from '../scrape-errors.ts'
import { brief } from '../text.ts'
import { each, heard, isVerdict, type NamedProgram, type Question, question, type Verdict } from '../view.ts'

/** What is known of the program behind a generated target. */
export interface Owner {
  /** Chosen by --limit, --only and --skip. */
  readonly selected: boolean
  /** Its host cannot be reached, or its unit does not run. */
  readonly gone: boolean
  /** Never installed, because the run failed before: it counts for nothing. */
  readonly missing: boolean
}

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
    const discovered = indexOf(active).byAddress
    const unread = cell.fileTargets.filter(
      wanted => !discovered.get(keyOf(wanted.job, wanted.address))?.some(target => isOf(target, wanted)),
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

/** A generated target that stands for an exporter. */
export interface Exporter {
  /** As the check's target: `HOST/component`, or `CELL/component` where it is reached by an address that moves. */
  readonly target: string
  readonly host: string
  readonly job: string
  readonly instance: string
}

/** `exporter.up`: the exporter is up on every replica, which alone prove that they reach it. */
export function exporterUp(
  exporter: Exporter,
  replicas: readonly NamedProgram[],
  why: string | undefined,
  gone: boolean,
): Question {
  const needs = each(replicas, paths.targets)
  return {
    id: 'exporter.up',
    target: exporter.target,
    needs,
    judge(view): Verdict {
      const up: string[] = []
      const down: string[] = []
      const failed: (Target | undefined)[] = []
      const seers: string[] = []
      const unseen: { said: string; retry: boolean }[] = []
      for (const [index, { name, host }] of replicas.entries()) {
        const reply = heard(view, needs.slice(index, index + 1))
        if (isVerdict(reply)) {
          unseen.push({ said: `${name}: ${reply.detail}`, retry: reply.status === 'fail' && !reply.settled })
          continue
        }
        const target = targetAt(targetsOf(reply.bodies[0]), exporter.job, exporter.instance)
        if (target?.health === 'up') {
          up.push(name)
          continue
        }
        failed.push(target)
        seers.push(host)
        down.push(`on ${name} (${target ? reason(target) : 'not scraped'})`)
      }
      if (down.length > 0) {
        const also = why === undefined ? '' : `; ${exporter.host} could not be reached: ${why}`
        return {
          status: 'fail',
          detail: `not up ${down.join(' and ')}${also}`,
          remedy: remedyFor(failed, { on: seers }),
          settled: gone || failed.every(target => target?.lasting),
        }
      }
      if (unseen.length > 0) {
        // That a replica cannot be asked is its own check's failure, not this exporter's.
        const seen = up.length > 0 ? `up on ${up.join(' and ')}; ` : ''
        const detail = `${seen}not seen by ${unseen.map(({ said }) => said).join('; ')}`
        return { status: 'skip', detail, settled: !unseen.some(({ retry }) => retry) }
      }
      return { status: 'pass', detail: `up on ${up.join(' and ')}` }
    },
  }
}

export function targetsOf(body: unknown): readonly Target[] {
  return data<{ activeTargets: readonly Target[] }>(body).activeTargets
}

/** The first target of a job with that label; undefined where there is none. */
export function targetAt(active: readonly Target[], job: string, instance: string): Target | undefined {
  return indexOf(active).byInstance.get(keyOf(job, instance))
}

interface Index {
  readonly byInstance: ReadonlyMap<string, Target>
  /** By the address before relabelling. */
  readonly byAddress: ReadonlyMap<string, readonly Target[]>
}

const indices = new WeakMap<readonly Target[], Index>()

/** Made once for each list: it is searched for every target of the cell, and a host may answer with any number. */
function indexOf(active: readonly Target[]): Index {
  const known = indices.get(active)
  if (known) return known
  const byInstance = new Map<string, Target>()
  const byAddress = new Map<string, Target[]>()
  for (const target of active) {
    const key = keyOf(target.scrapePool, target.labels.instance ?? '')
    if (!byInstance.has(key)) byInstance.set(key, target)
    const address = keyOf(target.scrapePool, target.discoveredLabels.__address__ ?? '')
    const same = byAddress.get(address)
    if (same) same.push(target)
    else byAddress.set(address, [target])
  }
  indices.set(active, { byInstance, byAddress })
  return { byInstance, byAddress }
}

function keyOf(job: string, name: string): string {
  return `${job}\n${name}`
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

export function reason({ health, lastError }: Target): string {
  return health === 'unknown' ? lastError || 'not scraped yet' : brief(lastError)
}

/** Discovered from the file as it is wanted now; relabelling is none of the file's. */
function isOf({ scrapePool, discoveredLabels }: Target, { job, address, labels }: FileTarget): boolean {
  if (scrapePool !== job || discoveredLabels.__address__ !== address) return false
  return Object.entries(labels).every(([name, value]) => discoveredLabels[name] === value)
}

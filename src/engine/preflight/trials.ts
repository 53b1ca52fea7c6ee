/** What components have tried from their hosts before anything is changed. A run that changes nothing tries nothing. */
import { knownDefinition } from '../../../roles/index.ts'
import type { Trial, TrialFinding } from '../../../roles/trial.ts'
import { listFirst } from '../../diagnostic/list-first.ts'
import { isError, type Problem, throwErrors } from '../../diagnostic/problem.ts'
import type { Cell } from '../../inventory/model.ts'
import { isStored } from '../../resource/hash.ts'
import { type Instance, ofKind } from '../../resource/model.ts'
import type { RunContext } from '../context.ts'
import { differs, type HostRun } from '../host-run.ts'
import { guardHost } from '../session/guard.ts'

/** Hosts that are named in one message. */
const mostHosts = 5

interface Found {
  readonly finding: TrialFinding
  readonly hosts: string[]
}

type TrialOf = (instance: Instance, cells: readonly Cell[]) => Trial | undefined

const byDefinition: TrialOf = (instance, cells) =>
  knownDefinition(instance.component)?.trial?.(instance, cells)

/** Tells the warnings and rejects with the errors, one for all hosts that find the same. */
export async function carryOutTrials(
  { hosts, request }: Pick<RunContext, 'hosts' | 'request'>,
  trialOf = byDefinition,
): Promise<void> {
  const { cells } = request.inventory
  const all = await Promise.all([...hosts.values()].filter(differs).map(run => trialsOn(run, cells, trialOf)))
  const found = new Map<string, Found>()
  for (const { host, findings } of all)
    for (const finding of findings) {
      const known = found.get(finding.key)
      if (known) known.hosts.push(host)
      else found.set(finding.key, { finding, hosts: [host] })
    }
  const problems = [
    ...all.flatMap(one => one.failed),
    ...[...found.values()].map(({ finding, hosts: from }) => finding.problem(listFirst(from, mostHosts))),
  ]
  for (const problem of problems)
    if (!isError(problem)) request.emit({ type: 'problem', problem: { ...problem, first: true } })
  throwErrors(problems)
}

/** Each of them once, one after the other. */
async function trialsOn({ host, plan, session }: HostRun, cells: readonly Cell[], trialOf: TrialOf) {
  const { connection } = session
  const trials = new Map<string, Trial>()
  for (const { instance, changes } of plan) {
    if (changes.length === 0 || instance.retired) continue
    const trial = trialOf(instance, cells)
    if (trial) trials.set(trial.key, trial)
  }
  const findings: TrialFinding[] = []
  const failed: Problem[] = []
  if (!connection || trials.size === 0) return { host: host.name, findings, failed }
  const files = filesOf(plan)
  for (const trial of trials.values()) {
    const { value, problems } = await guardHost(host.name, 'carry out a trial', () =>
      trial.run({ connection, files }),
    )
    if (problems) failed.push(...problems)
    else findings.push(...value)
  }
  return { host: host.name, findings, failed }
}

/** What this run brings there. */
function filesOf(plan: HostRun['plan']): ReadonlyMap<string, string | Uint8Array> {
  return new Map(
    plan
      .flatMap(({ instance }) => ofKind(instance.resources, 'file'))
      .flatMap(({ path, content }) => (isStored(content) ? [] : [[path, content] as const])),
  )
}

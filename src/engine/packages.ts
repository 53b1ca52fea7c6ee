/**
 * Packages of the hosts' own systems are installed before anything is changed: by each host's own package manager from its
 * own sources, or else from a small repository of what the host lacks, which is fetched here and brought to it.
 */
import type { FetchedPackage, SystemPackages } from '../artifact/packages.ts'
import { type Problem, ProblemError, warning } from '../diagnostic/problem.ts'
import { createLimit, type LimitFunction } from '../limit.ts'
import type { HostPlan, InstancePlan } from '../plan/model.ts'
import {
  type InstallAnswer,
  type InstallRequest,
  installBroughtScript,
  installScript,
  parseInstall,
  type SystemFacts,
} from '../shell/package-install.ts'
import { repository } from '../shell/package-manager.ts'
import type { Connection } from '../ssh/connection.ts'
import type { RunRequest } from './api.ts'
import { nonce, problemsOf } from './hosts.ts'
import {
  cannotBeBrought,
  cutOffInstalling,
  installProblem,
  lockLostInstalling,
  noManager,
  notBrought,
} from './package-problem.ts'
import { fail, type Progress } from './progress.ts'
import { push, type Shipment } from './push.ts'
import type { Compared, Survey } from './survey.ts'

/** A package manager may wait for another one, and a slow disk for a large package. */
const timeout = 1_800_000

interface Want {
  readonly connection: Connection
  readonly request: InstallRequest
}

/** What a host lacks of what it asked for, and cannot fetch by itself. */
interface Unreached extends Want {
  readonly why: string
  readonly system: SystemFacts
}

/** Installs what the plans name. A host on which that fails is given up. `run`: of the locks that are held. */
export async function installPackages(
  survey: Survey,
  compared: Compared,
  plans: readonly HostPlan[],
  run: string,
  request: RunRequest,
  progress: Progress,
): Promise<void> {
  const { emit } = request
  const giveUp = (host: string, problems: readonly Problem[]) =>
    fail(progress, emit, host, 'failed', problems)
  const wants = plans.flatMap(plan => wantOf(plan, compared, run, giveUp) ?? [])
  if (wants.length === 0) return
  const began = performance.now()
  emit({ type: 'stage-begin', stage: 'packages', total: wants.length, unit: 'hosts' })
  let done = 0
  const tell = (host: string) => emit({ type: 'stage-progress', stage: 'packages', done: ++done, note: host })
  const atOnce = createLimit(request.forks)
  const asked = await Promise.all(
    wants.map(want =>
      atOnce(async (): Promise<readonly Unreached[]> => {
        if (request.signal.aborted) return []
        const answer = await carryOut(want, mark => installScript(mark, want.request))
        if ('problems' in answer) giveUp(want.connection.host, answer.problems)
        else if (answer.state === 'unreached') {
          const { system, why } = answer
          if (system) return [{ ...want, system, why }]
          giveUp(want.connection.host, [cannotBeBrought(want.request, want.connection.host, why)])
        } else tellFailure(want, answer, giveUp)
        tell(want.connection.host)
        return []
      }),
    ),
  )
  await bring(survey, asked.flat(), request, atOnce, giveUp, tell)
  emit({ type: 'stage-end', stage: 'packages', elapsed: performance.now() - began })
}

type GiveUp = (host: string, problems: readonly Problem[]) => void

function wantOf(plan: HostPlan, { sessions }: Compared, run: string, giveUp: GiveUp): Want | undefined {
  const names = [...new Set(plan.instances.flatMap(newPackages))]
  const session = sessions.find(candidate => candidate.host.name === plan.host)
  if (names.length === 0 || !session?.connection || !session.observed) return undefined
  const { manager } = session.observed.packages
  if (manager) return { connection: session.connection, request: { manager, names, run } }
  giveUp(plan.host, [noManager(names, plan.host)])
  return undefined
}

/** Names of the packages that an instance's plan installs. */
function newPackages({ changes, instance }: InstancePlan): readonly string[] {
  return instance.resources.flatMap(resource =>
    resource.kind === 'package' &&
    changes.some(change => change.action === 'create' && change.resource === `package:${resource.name}`)
      ? [resource.name]
      : [],
  )
}

function tellFailure({ connection: { host }, request }: Want, answer: InstallAnswer, giveUp: GiveUp): void {
  if (answer.state === 'lost') giveUp(host, [lockLostInstalling(request, host)])
  if (answer.state === 'failed') giveUp(host, [installProblem(request, host, answer.why)])
}

/** Never rejects. */
async function carryOut(
  { connection, request }: Want,
  script: (mark: string) => string,
): Promise<InstallAnswer | { readonly problems: readonly Problem[] }> {
  const mark = nonce()
  const { host } = connection
  try {
    const result = await connection.run({ script: script(mark), timeout })
    const answer = parseInstall(mark, result.stdout.toString('utf8'))
    if (answer) return answer
    if (result.code === null) return { problems: [cutOffInstalling(request, host)] }
    return { problems: [installProblem(request, host, result.stderr.trim() || `code ${result.code}`)] }
  } catch (failure) {
    return { problems: problemsOf(failure, host) }
  }
}

/** What each host lacks is fetched, sent to all that lack it at once, and installed by each from there. */
async function bring(
  survey: Survey,
  hosts: readonly Unreached[],
  request: RunRequest,
  atOnce: LimitFunction,
  giveUp: GiveUp,
  tell: (host: string) => void,
): Promise<void> {
  if (hosts.length === 0 || request.signal.aborted) return
  const { emit, signal } = request
  const lost = new Set<string>()
  const refuse: GiveUp = (host, problems) => {
    if (!lost.has(host)) giveUp(host, problems)
    lost.add(host)
  }
  let packages: SystemPackages
  try {
    // Few runs need it.
    const { openPackages } = await import('../artifact/packages.ts')
    packages = await openPackages(survey.prepared.inventory, {
      emit: progress => emit({ type: 'download', progress }),
      warn: problem => emit({ type: 'problem', problem }),
      signal,
    })
  } catch (failure) {
    for (const { connection } of hosts) {
      refuse(connection.host, problemsOf(failure, connection.host))
      tell(connection.host)
    }
    return
  }
  const lacking = new Map<Unreached, readonly FetchedPackage[]>()
  // One after the other: a second host of the kind finds what was learned for the first.
  for (const want of hosts) {
    const { host } = want.connection
    try {
      lacking.set(want, await packages.lacking(want.request.names, want.system))
    } catch (failure) {
      const problems = failure instanceof ProblemError ? failure.problems : problemsOf(failure, host)
      refuse(
        host,
        problems.map(problem => notBrought(want.request, host, want.why, problem)),
      )
    }
  }
  await packages.save().catch(failure => emitProblems(failure, request))
  const unsent: GiveUp = (host, problems) => {
    const wanted = hosts.find(({ connection }) => connection.host === host)?.request.names ?? []
    refuse(
      host,
      problems.map(problem => ({ ...problem, resource: `package:${wanted[0] ?? ''}` })),
    )
  }
  await push(shipmentsOf(lacking), { signal, onBytes: () => {}, onFailed: unsent })
  await Promise.all(
    [...lacking].map(([want, files]) =>
      atOnce(async () => {
        const { host } = want.connection
        if (lost.has(host) || signal.aborted) return
        const answer = await carryOut(want, mark => installBroughtScript(mark, want.request, files))
        if ('problems' in answer) refuse(host, answer.problems)
        else tellFailure(want, answer, refuse)
      }),
    ),
  )
  for (const { connection } of hosts) tell(connection.host)
}

/** What was installed stays installed: what could not be written down is told, and is fetched again the next time. */
function emitProblems(failure: unknown, { emit }: RunRequest): void {
  if (!(failure instanceof ProblemError)) throw failure
  for (const problem of failure.problems)
    emit({ type: 'problem', problem: { ...problem, severity: 'warning' } })
}

function shipmentsOf(lacking: ReadonlyMap<Unreached, readonly FetchedPackage[]>): readonly Shipment[] {
  const shipments = new Map<string, Shipment & { hosts: Connection[] }>()
  for (const [{ connection }, files] of lacking)
    for (const { sha256, file, compressed } of files) {
      // Two releases may build the same version, each its own way.
      const key = `${sha256} ${file}`
      const known = shipments.get(key)
      if (known) known.hosts.push(connection)
      else shipments.set(key, { sha256, path: `${repository}/${file}`, compressed, hosts: [connection] })
    }
  return [...shipments.values()]
}

/** What is told where a change failed for which packages had been installed. */
export function stayingPackages(plan: InstancePlan): readonly Problem[] {
  const names = newPackages(plan)
  if (names.length === 0) return []
  return [
    warning(`${names.join(', ')} ${names.length === 1 ? 'stays' : 'stay'} installed`, {
      host: plan.instance.host,
      resource: `package:${names[0]}`,
      detail: `It was installed for ${plan.component}, of which everything else was put back.`,
      remedy:
        'Fix what failed, then run the command again. If you no longer want it, `promha destroy` removes it too.',
    }),
  ]
}

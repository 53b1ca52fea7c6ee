/** Packages of the host's own system: by its package manager from its sources, else from a repository that promha brings. */
import type { FetchedPackage, SystemPackages } from '../../artifact/packages.ts'
import { grouped } from '../../diagnostic/grouped.ts'
import { type Problem, ProblemError } from '../../diagnostic/problem.ts'
import { createLimit, type LimitFunction } from '../../limit.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { ofKind, resourceId } from '../../resource/model.ts'
import {
  type InstallAnswer,
  type InstallRequest,
  installBroughtScript,
  installScript,
  type SystemFacts,
} from '../../shell/package/install.ts'
import { repository } from '../../shell/package/manager.ts'
import type { Script } from '../../shell/syntax/script.ts'
import { ask, ScriptError } from '../../ssh/ask.ts'
import type { Connection } from '../../ssh/connection.ts'
import type { LockedContext } from '../context.ts'
import { fail } from '../progress.ts'
import { problemsOf } from '../session/hosts.ts'
import { type StageWork, stage } from '../stage.ts'
import { push, type Shipment } from '../transfer/push.ts'
import { packagesProblem } from './messages.ts'
import { atPackages, installProblem } from './problem.ts'

interface Want {
  readonly connection: Connection
  readonly request: InstallRequest
}

/** What a host lacks of what it asked for, and cannot fetch on its own. */
interface Unreached extends Want {
  readonly why: string
  readonly system: SystemFacts
}

type GiveUp = (host: string, problems: readonly Problem[]) => void

/** Installs what the plans name. A host on which that fails is given up. */
export async function installPackages(context: LockedContext, plans: readonly InstancePlan[]): Promise<void> {
  const { emit, forks, signal } = context.request
  const giveUp: GiveUp = fail.bind(undefined, context)
  const wants = [...grouped(plans, ({ instance }) => instance.host)].flatMap(
    ([host, own]) => wantOf(context, host, own, giveUp) ?? [],
  )
  if (wants.length === 0) return
  const atOnce = createLimit(forks)
  const installAll = async (told: StageWork) => {
    const tell = (host: string) => told.advance(1, host)
    const asked = await Promise.all(
      wants.map(want =>
        atOnce(async (): Promise<readonly Unreached[]> => {
          if (signal.aborted) return []
          const { connection, request } = want
          const { host } = connection
          const { why, system } = (await install(want, installScript(request), giveUp)) ?? {}
          if (why !== undefined && system) return [{ ...want, system, why }]
          const { names } = request
          if (why !== undefined)
            giveUp(host, [packagesProblem.notInSources(atPackages(names, host), names, why)])
          tell(host)
          return []
        }),
      ),
    )
    await bring(context, asked.flat(), atOnce, tell)
  }
  await stage(emit, 'packages', installAll, { total: wants.length, unit: 'hosts' })
}

function wantOf(
  { hosts, locks }: LockedContext,
  host: string,
  plans: readonly InstancePlan[],
  giveUp: GiveUp,
): Want | undefined {
  const names = [...new Set(plans.flatMap(newPackages))]
  const { connection, observed } = hosts.get(host)?.session ?? {}
  if (names.length === 0 || !connection || !observed) return undefined
  const { manager } = observed.packages
  if (manager) return { connection, request: { manager, names, run: locks.run } }
  giveUp(host, [packagesProblem.noManager(atPackages(names, host), names)])
  return undefined
}

/** Names of the packages that an instance's plan installs. */
function newPackages({ changes, instance }: InstancePlan): readonly string[] {
  const created = new Set(changes.flatMap(({ action, resource }) => (action === 'create' ? [resource] : [])))
  return ofKind(instance.resources, 'package').flatMap(one =>
    created.has(resourceId(one)) ? [one.name] : [],
  )
}

/** Why the host's sources do not bring it; undefined once it is installed, or its host given up. Never rejects. */
async function install(
  { connection, request: { names } }: Want,
  script: Script<InstallAnswer>,
  giveUp: GiveUp,
): Promise<Extract<InstallAnswer, { state: 'unreached' }> | undefined> {
  const { host } = connection
  const where = atPackages(names, host)
  try {
    const answer = await ask(connection, script)
    if (answer.state === 'unreached') return answer
    if (answer.state === 'lost') giveUp(host, [packagesProblem.lockLost(where, names)])
    if (answer.state === 'failed') giveUp(host, [installProblem(names, host, answer.why)])
  } catch (failure) {
    if (!(failure instanceof ScriptError)) giveUp(host, problemsOf(failure, host))
    else if (failure.cutOff) giveUp(host, [packagesProblem.installCutOff(where, names)])
    else giveUp(host, [installProblem(names, host, failure.stderr || failure.message)])
  }
  return undefined
}

/** What each host lacks is fetched, sent to all that lack it at once, and installed by each from there. */
async function bring(
  context: LockedContext,
  hosts: readonly Unreached[],
  atOnce: LimitFunction,
  tell: (host: string) => void,
): Promise<void> {
  const { emit, signal } = context.request
  if (hosts.length === 0 || signal.aborted) return
  const lost = new Set<string>()
  const refuse: GiveUp = (host, problems) => {
    if (!lost.has(host)) fail(context, host, problems)
    lost.add(host)
  }
  let packages: SystemPackages
  try {
    // Few runs need it.
    const { openPackages } = await import('../../artifact/packages.ts')
    packages = await openPackages(context.prepared.inventory, {
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
      const { names } = want.request
      const problems = failure instanceof ProblemError ? failure.problems : problemsOf(failure, host)
      const where = atPackages(names, host)
      const notBrought = problems.map(one => packagesProblem.notBrought(where, names, want.why, one))
      refuse(host, notBrought)
    }
  }
  await packages.save().catch(failure => {
    // What was installed stays installed: what could not be written down is fetched again the next time.
    if (!(failure instanceof ProblemError)) throw failure
    for (const problem of failure.problems)
      emit({ type: 'problem', problem: { ...problem, severity: 'warning' } })
  })
  const unsent: GiveUp = (host, problems) => {
    const { names = [] } = hosts.find(({ connection }) => connection.host === host)?.request ?? {}
    const { resource } = atPackages(names, host)
    refuse(
      host,
      problems.map(problem => ({ ...problem, resource })),
    )
  }
  await push(shipmentsOf(lacking), { signal, onBytes: () => {}, onFailed: unsent })
  await Promise.all(
    [...lacking].map(([want, files]) =>
      atOnce(async () => {
        if (lost.has(want.connection.host) || signal.aborted) return
        await install(want, installBroughtScript(want.request, files), refuse)
      }),
    ),
  )
  for (const { connection } of hosts) tell(connection.host)
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
  return [packagesProblem.stayInstalled(atPackages(names, plan.instance.host), names, plan.component)]
}

/** Looks at what a host has of the programs whose place promha takes for the first time, and says what would be lost. */
import { defined } from '../../diagnostic/defined.ts'
import { grouped } from '../../diagnostic/grouped.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Loss } from '../../inventory/host/adopt.ts'
import type { Cell } from '../../inventory/model.ts'
import { dataRequest, type TakeOver } from '../../plan/adopt/adopt.ts'
import { configWarnings, type FoundConfig, flagWarnings, leftData } from '../../plan/adopt/adopt-warnings.ts'
import { configOf, type Predecessor, predecessors, takesOver } from '../../plan/adopt/found.ts'
import {
  type ConfigText,
  patternsIn,
  readFoundConfig,
  together,
  wantedConfigs,
} from '../../plan/adopt/found-config.ts'
import type { InstancePlan } from '../../plan/model.ts'
import type { Instance } from '../../resource/model.ts'
import type { Observed } from '../../resource/observed.ts'
import {
  type FoundFiles,
  type FoundPrograms,
  type FoundRequest,
  foundScript,
} from '../../shell/host/found.ts'
import { askOrFail } from '../../ssh/ask.ts'
import type { Connection } from '../../ssh/connection.ts'
import type { HostRun } from '../host-run.ts'
import { preflightProblem } from './messages.ts'

/** The instances that are new to promha on the host. */
export function takenOver(plans: readonly InstancePlan[], observed: Observed): readonly Instance[] {
  return plans
    .filter(({ changes, instance }) => changes.length > 0 && takesOver(instance, observed))
    .map(({ instance }) => instance)
}

interface Taken {
  readonly instance: Instance
  readonly found: Predecessor
  /** Absent if it has none, or none that may be read. */
  readonly config?: string
}

/** What is taken over on one host. */
interface Adoption {
  readonly takeOvers: readonly TakeOver[]
  /** Of what changes; what is lost is judged over all hosts. */
  readonly warnings: readonly Problem[]
}

/** Looks at what a host has. Rejects with a ProblemError if it cannot be asked. */
export async function adoption(
  { host, plan: plans, session: { connection, observed } }: HostRun,
  programs: FoundPrograms | undefined,
  cells: readonly Cell[],
): Promise<Adoption> {
  if (!connection || !observed) return { takeOvers: [], warnings: [] }
  const changed = plans.filter(({ changes }) => changes.length > 0).map(({ instance }) => instance)
  const left = changed.flatMap(instance => leftData(instance, observed))
  const taken = takenOver(plans, observed).flatMap(instance =>
    predecessors(instance, programs ?? { units: [], processes: [] }).map(found => takenOf(instance, found)),
  )
  if (taken.length === 0) return { takeOvers: [], warnings: left }
  const files = await ask(connection, {
    patterns: unique(taken.flatMap(({ config }) => config ?? [])),
    directories: taken.flatMap(({ instance, found }) => dataRequest(instance, found)),
  })
  const configs = new Map(
    [...files.texts].flatMap(([path, texts]) => {
      const text = [...texts.values()][0]
      const read = text === undefined ? undefined : readFoundConfig(text)
      return read === undefined ? [] : [[path, read] as const]
    }),
  )
  const named = await ask(connection, {
    patterns: unique([...configs].flatMap(([path, config]) => patternsOf(path, config))),
    directories: [],
  })
  const takeOvers = taken.map(({ config: path, ...one }): TakeOver => {
    const { instance } = one
    const cell = cells.find(({ name }) => name === instance.cell)
    const accepts = new Set<Loss>([...(host.accepts ?? []), ...(cell?.accepts ?? [])])
    const config = configs.get(path ?? '')
    const wanted = wantedConfigs(instance)
    return { ...one, directories: files.directories, wantedConfigs: wanted, accepts, ...defined({ config }) }
  })
  const changes = taken.flatMap((one, at) => warningsOf(one, takeOvers[at], files, named))
  return { takeOvers, warnings: [...left, ...changes] }
}

/** What belongs to no system service may be anybody's: its files are not read. */
function takenOf(instance: Instance, found: Predecessor): Taken {
  const config = found.contained || found.unit === undefined ? undefined : configOf(found)
  return { instance, found, ...defined({ config }) }
}

function warningsOf(
  { instance, found, config: path }: Taken,
  { config, wantedConfigs: wanted = [] }: Partial<TakeOver> = {},
  files: FoundFiles,
  named: FoundFiles,
): readonly Problem[] {
  // A program that does not run and has no config reads no files, so there is nothing to compare.
  const absent =
    found.pid === undefined && path !== undefined && files.texts.get(path)?.size === 0 && !files.cut
  const shown = absent ? undefined : (path ?? configOf(found))
  const flags = flagWarnings(instance, found)
  if (shown === undefined) return flags
  const after = together(wanted.map(({ names }) => names))
  return [...configWarnings(instance, configAt(shown, config, files, named), after), ...flags]
}

/** The config with what its rule files and scrape config files hold. */
function configAt(
  path: string,
  config: ConfigText | undefined,
  files: FoundFiles,
  named: FoundFiles,
): FoundConfig {
  if (config === undefined) return { path, names: new Map(), unread: [path], cut: files.cut }
  const texts = new Map(patternsOf(path, config).flatMap(pattern => [...(named.texts.get(pattern) ?? [])]))
  const read = [...texts].map(([file, text]) => ({ file, config: readFoundConfig(text) }))
  return {
    path,
    names: together([config.names, ...read.flatMap(one => one.config?.names ?? [])]),
    unread: read.filter(one => one.config === undefined).map(({ file }) => file),
    cut: files.cut || named.cut,
  }
}

function patternsOf(path: string, { ruleFiles, scrapeFiles }: ConfigText): readonly string[] {
  return patternsIn(path, [...ruleFiles, ...scrapeFiles])
}

async function ask(connection: Connection, request: FoundRequest): Promise<FoundFiles> {
  if (request.patterns.length === 0 && request.directories.length === 0)
    return { texts: new Map(), cut: false, directories: new Map() }
  return askOrFail(connection, foundScript(request), preflightProblem.installedUnread)
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)]
}

/** On more hosts than this, one warning stands for all of them. */
const mostAlike = 4

/** The warnings, with one for all hosts instead of the same one for each of many. */
export function gathered(warnings: readonly Problem[]): readonly Problem[] {
  const groups = grouped(warnings, ({ resource, summary }) => `${resource} ${summary}`)
  return [...groups.values()].flatMap(alike => {
    const [first] = alike
    if (first === undefined || alike.length <= mostAlike) return alike
    const { host: _, remedy, ...common } = first
    const hosts = alike.map(({ host }) => host).join(', ')
    const same = remedy !== undefined && alike.every(one => one.remedy === remedy)
    return [{ ...common, detail: `On ${alike.length} hosts: ${hosts}.`, ...(same ? { remedy } : {}) }]
  })
}

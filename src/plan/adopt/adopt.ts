/** What would be lost where promha takes over what another tool has set up: refused, unless the inventory accepts it. Pure. */
import {
  type DataDefinition,
  flagValue,
  type Retention,
  type RetentionDefinition,
} from '../../../roles/component.ts'
import { grouped } from '../../diagnostic/grouped.ts'
import { listFirst } from '../../diagnostic/list-first.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Loss } from '../../inventory/host/adopt.ts'
import { dataDirFault } from '../../inventory/value/data-dir.ts'
import { atInstance, type Instance } from '../../resource/model.ts'
import type { FoundFiles, FoundRequest } from '../../shell/host/found.ts'
import { longest, shorter } from '../retention.ts'
import { absolute, type Predecessor, takeOverOf, wantedFlags } from './found.ts'
import type { ConfigText } from './found-config.ts'
import { adoptProblem, type Losing } from './messages.ts'

/** One program and what takes its place. */
export interface TakeOver {
  readonly instance: Instance
  readonly found: Predecessor
  /** What the host said of {@link dataRequest}. */
  readonly directories: FoundFiles['directories']
  /** The main config; absent if it was not read. */
  readonly config?: ConfigText
  readonly wantedConfigs: readonly ConfigText[]
  readonly accepts: ReadonlySet<Loss>
}

/** What is taken over in one cell of one component: what the inventory says of it is the same on all its hosts. */
interface Alike {
  readonly takeOvers: readonly TakeOver[]
  /** Some host of it is promha's already. */
  readonly established: boolean
}

/** Errors for what the inventory does not accept. `all`: of all hosts, since a remedy in the inventory must suit each of them. */
export function lossProblems(
  all: readonly TakeOver[],
  isEstablished: (instance: Instance) => boolean,
): readonly Problem[] {
  const groupOf = ({ instance: { cell, component } }: TakeOver) => JSON.stringify([cell, component])
  const groups = grouped(all, groupOf)
  return all.flatMap(takeOver => {
    const takeOvers = groups.get(groupOf(takeOver)) ?? []
    return lossesOf(takeOver, { takeOvers, established: isEstablished(takeOver.instance) })
  })
}

/** Which directories are compared; a path without links is the same by whatever name. */
export function dataRequest(instance: Instance, found: Predecessor): FoundRequest['directories'] {
  const { file, names = [] } = dataOf(instance) ?? {}
  return [dataPath(found), wantedPath(instance, found)].flatMap(path =>
    path === undefined ? [] : [{ path, holds: file ? [] : names }],
  )
}

function lossesOf(takeOver: TakeOver, alike: Alike): readonly Problem[] {
  const data = lostData(takeOver, alike)
  // A retention deletes nothing in a directory that is not used any more.
  const retention = data && takeOver.accepts.has('data_path') ? [] : lostRetention(takeOver, alike)
  return [lostWebConfig(takeOver), data, ...retention].filter(lost => lost !== undefined)
}

function losing({ instance, found, accepts }: TakeOver, loss: Loss, keep: string): Losing {
  const { host, cell, component } = instance
  return { host, cell, component, seen: seenIn(found), loss, accepted: accepts.has(loss), keep }
}

const webConfig = ['web.config.file', 'web.config']

function lostWebConfig(takeOver: TakeOver): Problem | undefined {
  const { instance, found } = takeOver
  const file = flagValue(found.flags, ...webConfig)
  if (file === undefined || flagValue(wantedFlags(instance), ...webConfig) !== undefined) return undefined
  const keep = `promha does not set up TLS and passwords yet: use \`--skip ${instance.component}\` to leave this program as it is.`
  const the = losing(takeOver, 'web_config', keep)
  return adoptProblem.webConfigLost(atInstance(instance), the, absolute(found, file), instance.health.port)
}

function lostData(takeOver: TakeOver, alike: Alike): Problem | undefined {
  const { instance, found, directories } = takeOver
  const [old, wanted] = [dataPath(found), wantedPath(instance, found)]
  if (old === undefined || wanted === undefined) return undefined
  const [was, will] = [directories.get(old), directories.get(wanted)]
  if (!found.contained) {
    // Without data there is nothing to lose.
    if (!holdsData({ found, directories })) return undefined
    if ((was?.real ?? old) === (will?.real ?? wanted)) return undefined
  }
  const place = found.contained ? `${old} of its container` : old
  const keep = keepData(instance, found, old, wanted, alike)
  const more = { wanted, lost: dataOf(instance)?.lost }
  return adoptProblem.dataLost(atInstance(instance), losing(takeOver, 'data_path', keep), place, more)
}

function holdsData({ found, directories }: Pick<TakeOver, 'found' | 'directories'>): boolean {
  return found.pid !== undefined || directories.get(dataPath(found) ?? '')?.data === true
}

function dataOf({ component }: Pick<Instance, 'component'>): DataDefinition | undefined {
  return takeOverOf(component)?.data
}

function keepData(
  { component, host, cell }: Instance,
  found: Predecessor,
  old: string,
  wanted: string,
  { established, takeOvers }: Alike,
): string {
  const move = `stop ${component} on ${host} and move what is in ${old} to ${wanted}.`
  const key = dataOf(found)?.key
  if (key === undefined || found.contained || dataDirFault(old, old) !== undefined)
    return `To keep it, ${move}`
  const differs = takeOvers.some(
    one => one.found.contained || (holdsData(one) && dataPath(one.found) !== old),
  )
  if (!differs && !established) return `Set \`${key}: ${old}\` under \`${component}:\` to keep it.`
  return `\`${key}\` is the same for all hosts of cell ${cell}, and not all of them have their data in ${old}. To keep it, ${move}`
}

function lostRetention(takeOver: TakeOver, { takeOvers }: Alike): readonly Problem[] {
  const retention = takeOverOf(takeOver.instance.component)?.retention
  if (!retention) return []
  const [before, after] = retentions(takeOver, retention)
  return shorter(before, after).map(key => {
    const kept = before[key] === undefined ? `data without a limit of ${key}` : `${before[key]} of data`
    const keep = keepRetention(retention, key, takeOvers)
    const the = losing(takeOver, 'retention', keep)
    return adoptProblem.retentionShorter(atInstance(takeOver.instance), the, kept, after[key])
  })
}

/** What keeps the data of each host is what keeps them where they are kept longest. */
function keepRetention(
  retention: RetentionDefinition,
  key: keyof Retention,
  takeOvers: readonly TakeOver[],
): string {
  const all = takeOvers.map(one => ({ host: one.instance.host, kept: retentions(one, retention)[0][key] }))
  const limits = all.map(({ kept }) => kept)
  const most = longest(key, limits)
  const out = `Take the limit of ${key} out of the inventory`
  const set = most === undefined ? out : `Set ${retention.setting(key, most)}`
  if (new Set(limits).size === 1) return `${set} to keep it.`
  const each = all.map(({ host, kept }) => `${host} has ${kept ?? 'no limit'}`)
  return `${set} to keep it on all hosts: ${listFirst(each)}.`
}

function retentions(
  { instance, found, config, wantedConfigs }: TakeOver,
  { of }: RetentionDefinition,
): readonly [Retention, Retention] {
  const said = Object.assign({}, ...wantedConfigs.map(({ retention }) => retention)) as Retention
  return [of(found.flags, config?.retention), of(wantedFlags(instance), said)]
}

/** Absolute; undefined if it keeps nothing. */
function dataPath(found: Predecessor): string | undefined {
  const path = dataOf(found)?.path(found.flags)
  return path === undefined ? undefined : absolute(found, path)
}

function wantedPath(instance: Instance, found: Predecessor): string | undefined {
  return dataPath({ ...found, flags: wantedFlags(instance), directory: '/' })
}

/** Where the command line was read. */
export function seenIn({ unit, pid }: Predecessor): string {
  if (pid === undefined) return `Seen in the unit file of ${unit}.`
  return `Seen in the command line of ${unit === undefined ? 'a process' : unit} (pid ${pid}).`
}

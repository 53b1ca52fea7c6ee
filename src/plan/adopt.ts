/** What would be lost where promha takes over what another tool has set up: refused, unless the inventory accepts it. Pure. */
import {
  type DataDefinition,
  flagValue,
  type Retention,
  type RetentionDefinition,
} from '../../roles/component.ts'
import { few } from '../diagnostic/few.ts'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { Loss } from '../inventory/adopt.ts'
import { dataDirFault } from '../inventory/data-dir.ts'
import { type Instance, resourceId } from '../resource/model.ts'
import type { FoundFiles, FoundRequest } from '../shell/found.ts'
import { absolute, type Predecessor, takeOverOf, wantedFlags } from './found.ts'
import type { ConfigText } from './found-config.ts'
import { longest, shorter } from './retention.ts'

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

interface Lost {
  readonly loss: Loss
  readonly summary: string
  /** How to keep it, or what to know; a sentence. */
  readonly keep: string
}

/** What is taken over in one cell of one component: what the inventory says of it is the same on all its hosts. */
interface Alike {
  readonly takeOvers: readonly TakeOver[]
  /** Some host of it is promha's already. */
  readonly established: boolean
}

/**
 * Errors for what the inventory does not accept, warnings for what it does.
 * @param all those of all hosts, since a remedy in the inventory has to suit each of them
 * @param isEstablished whether promha owns the component on a host of that cell already
 */
export function lossProblems(
  all: readonly TakeOver[],
  isEstablished: (instance: Instance) => boolean,
): readonly Problem[] {
  return all.flatMap(takeOver => {
    const { instance, found, accepts } = takeOver
    const { host, cell, component, service } = instance
    const takeOvers = all.filter(({ instance: one }) => one.cell === cell && one.component === component)
    return lossesOf(takeOver, { takeOvers, established: isEstablished(instance) }).map(
      ({ loss, summary, keep }) => {
        const common = { host, resource: resourceId(service), detail: seenIn(found) }
        if (accepts.has(loss)) return warning(`${summary} (accepted by \`adopt\`)`, common)
        const accept = `To accept the loss, add \`adopt: { accept: [${loss}] }\` to host ${host} or to cell ${cell}.`
        return error(summary, { ...common, remedy: `${keep} ${accept}` })
      },
    )
  })
}

/** Which directories are compared; a path without links is the same by whatever name. */
export function dataRequest(instance: Instance, found: Predecessor): FoundRequest['directories'] {
  const { file, names = [] } = dataOf(instance) ?? {}
  return [dataPath(found), wantedPath(instance, found)].flatMap(path =>
    path === undefined ? [] : [{ path, holds: file ? [] : names }],
  )
}

function lossesOf(takeOver: TakeOver, alike: Alike): readonly Lost[] {
  const data = lostData(takeOver, alike)
  // A retention deletes nothing in a directory that is not used any more.
  const retention = data && takeOver.accepts.has('data_path') ? [] : lostRetention(takeOver, alike)
  return [lostWebConfig(takeOver), data, ...retention].filter(lost => lost !== undefined)
}

const webConfig = ['web.config.file', 'web.config']

function lostWebConfig({ instance, found }: TakeOver): Lost | undefined {
  const { component, health } = instance
  const file = flagValue(found.flags, ...webConfig)
  if (file === undefined || flagValue(wantedFlags(instance), ...webConfig) !== undefined) return undefined
  return {
    loss: 'web_config',
    summary: `${component} reads ${absolute(found, file)} for TLS and passwords, and promha would serve port ${health.port} without them`,
    keep: `promha does not set up TLS and passwords yet: use \`--skip ${component}\` to leave this program as it is.`,
  }
}

function lostData({ instance, found, directories }: TakeOver, alike: Alike): Lost | undefined {
  const [old, wanted] = [dataPath(found), wantedPath(instance, found)]
  if (old === undefined || wanted === undefined) return undefined
  const [was, will] = [directories.get(old), directories.get(wanted)]
  if (!found.contained) {
    // Without data there is nothing to lose.
    if (!holdsData({ found, directories })) return undefined
    if ((was?.real ?? old) === (will?.real ?? wanted)) return undefined
  }
  const { component } = instance
  const place = found.contained ? `${old} of its container` : old
  return {
    loss: 'data_path',
    summary: `${component} keeps its data in ${place}, and promha would use ${wanted}: ${dataOf(instance)?.lost}`,
    keep: keepData(instance, found, old, wanted, alike),
  }
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

function lostRetention(takeOver: TakeOver, { takeOvers }: Alike): readonly Lost[] {
  const { component } = takeOver.instance
  const retention = takeOverOf(component)?.retention
  if (!retention) return []
  const [before, after] = retentions(takeOver, retention)
  return shorter(before, after).map(key => {
    const kept = before[key] === undefined ? `data without a limit of ${key}` : `${before[key]} of data`
    return {
      loss: 'retention' as const,
      summary: `${component} keeps ${kept}, and the inventory keeps ${after[key]}: what is more would be deleted`,
      keep: keepRetention(retention, key, takeOvers),
    }
  })
}

/** What keeps the data of each host is what keeps them where they are kept longest. */
function keepRetention(
  retention: RetentionDefinition,
  key: keyof Retention,
  takeOvers: readonly TakeOver[],
): string {
  const all = takeOvers.map(one => ({ host: one.instance.host, kept: retentions(one, retention)[0][key] }))
  const most = longest(
    key,
    all.map(({ kept }) => kept),
  )
  const set =
    most === undefined
      ? `Take the limit of ${key} out of the inventory`
      : `Set ${retention.setting(key, most)}`
  if (new Set(all.map(({ kept }) => kept)).size === 1) return `${set} to keep it.`
  const each = all.map(({ host, kept }) => `${host} has ${kept ?? 'no limit'}`)
  return `${set} to keep it on all hosts: ${few(each)}.`
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

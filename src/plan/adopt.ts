/** What would be lost where promha takes over what another tool has set up: refused, unless the inventory accepts it. Pure. */
import {
  type DataDefinition,
  flagValue,
  type Retention,
  type RetentionDefinition,
} from '../../roles/component.ts'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { Loss } from '../inventory/adopt.ts'
import { dataDirFault } from '../inventory/data-dir.ts'
import { type Instance, resourceId } from '../resource/model.ts'
import type { FoundFiles, FoundRequest } from '../shell/found.ts'
import { absolute, type Predecessor, takeOverOf, wantedFlags } from './found.ts'
import type { ConfigText } from './found-config.ts'
import { shorter } from './retention.ts'

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

/** Errors for what the inventory does not accept, warnings for what it does. */
export function lossProblems(takeOver: TakeOver): readonly Problem[] {
  const { instance, found, accepts } = takeOver
  const { host, cell, service } = instance
  return lossesOf(takeOver).map(({ loss, summary, keep }) => {
    const common = { host, resource: resourceId(service), detail: seenIn(found) }
    if (accepts.has(loss)) return warning(`${summary} (accepted by \`adopt\`)`, common)
    const accept = `To accept the loss, add \`adopt: { accept: [${loss}] }\` to host ${host} or to cell ${cell}.`
    return error(summary, { ...common, remedy: `${keep} ${accept}` })
  })
}

/** Which directories are compared; a path without links is the same by whatever name. */
export function dataRequest(instance: Instance, found: Predecessor): FoundRequest['directories'] {
  const { file, names = [] } = dataOf(instance) ?? {}
  return [dataPath(found), wantedPath(instance, found)].flatMap(path =>
    path === undefined ? [] : [{ path, holds: file ? [] : names }],
  )
}

function lossesOf(takeOver: TakeOver): readonly Lost[] {
  const data = lostData(takeOver)
  // A retention deletes nothing in a directory that is not used any more.
  const retention = data && takeOver.accepts.has('data_path') ? [] : lostRetention(takeOver)
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

function lostData({ instance, found, directories }: TakeOver): Lost | undefined {
  const [old, wanted] = [dataPath(found), wantedPath(instance, found)]
  if (old === undefined || wanted === undefined) return undefined
  const [was, will] = [directories.get(old), directories.get(wanted)]
  if (!found.contained) {
    // Without data there is nothing to lose.
    if (!was?.data && found.pid === undefined) return undefined
    if ((was?.real ?? old) === (will?.real ?? wanted)) return undefined
  }
  const { component } = instance
  const place = found.contained ? `${old} of its container` : old
  return {
    loss: 'data_path',
    summary: `${component} keeps its data in ${place}, and promha would use ${wanted}: ${dataOf(instance)?.lost}`,
    keep: keepData(instance, found, old, wanted),
  }
}

function dataOf({ component }: Pick<Instance, 'component'>): DataDefinition | undefined {
  return takeOverOf(component)?.data
}

function keepData(instance: Instance, found: Predecessor, old: string, wanted: string): string {
  const key = dataOf(instance)?.key
  if (key !== undefined && !found.contained && dataDirFault(old, old) === undefined)
    return `Set \`${key}: ${old}\` under \`${instance.component}:\` to keep it.`
  return `To keep it, stop the program and move what is in ${old} to ${wanted}.`
}

function lostRetention(takeOver: TakeOver): readonly Lost[] {
  const { component } = takeOver.instance
  const retention = takeOverOf(component)?.retention
  if (!retention) return []
  const [before, after] = retentions(takeOver, retention)
  return shorter(before, after).map(key => {
    const was = before[key] ?? 'any amount of'
    const kept = before[key] === undefined ? `data without a limit of ${key}` : `${was} of data`
    const set =
      before[key] === undefined
        ? `Take the limit of ${key} out of the inventory`
        : `Set ${retention.setting(key, was)}`
    return {
      loss: 'retention' as const,
      summary: `${component} keeps ${kept}, and the inventory keeps ${after[key]}: what is more would be deleted`,
      keep: `${set} to keep it.`,
    }
  })
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

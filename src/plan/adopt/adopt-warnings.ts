/** What changes where promha takes over what another tool has set up, and is not refused: told before the changes. Pure. */
import { type CommandFlags, flagValue } from '../../../roles/component.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { pathPrefix } from '../../inventory/cell/served-path.ts'
import { atInstance, type Instance, ofKind } from '../../resource/model.ts'
import type { Observed } from '../../resource/observed.ts'
import { isData } from '../owned/owned.ts'
import { seenIn } from './adopt.ts'
import { listens, type Predecessor, takeOverOf, wantedFlags } from './found.ts'
import { type FoundNames, kinds, missing } from './found-config.ts'
import { adoptProblem } from './messages.ts'

/** What a config and the files that it names hold. */
export interface FoundConfig {
  /** Absolute path. */
  readonly path: string
  readonly names: FoundNames
  /** Paths that could not be read as YAML, or were not read. */
  readonly unread: readonly string[]
  /** More was there than is read. */
  readonly cut: boolean
}

/** Of the command line. */
export function flagWarnings(instance: Instance, found: Predecessor): readonly Problem[] {
  const { component, host } = instance
  const wanted = wantedFlags(instance)
  const where = atInstance(instance)
  const the = { component, seen: seenIn(found) }
  const listening = change(found.flags, wanted, flags => listens(component, flags).join(', '))
  const url = change(found.flags, wanted, urlOf)
  const prefix = change(found.flags, wanted, prefixOf)
  const own = takeOverOf(component)?.flagChange?.(found, wanted)
  const unit = otherUnit(instance, found)
  const lost = lostFlags(found, wanted)
  return [
    unit && adoptProblem.portShared(where, { ...the, unit, host }),
    listening && adoptProblem.listenChanges(where, { ...the, ...listening }),
    url && url.before !== '' && adoptProblem.urlChanges(where, { ...the, ...url }),
    prefix && adoptProblem.prefixChanges(where, { ...the, ...prefix }),
    own && adoptProblem.componentChanges(where, component, the.seen, own),
    lost.length > 0 && adoptProblem.flagsLost(where, component, the.seen, lost),
  ].filter(problem => typeof problem === 'object')
}

/** Of what its config names and the new one lacks. */
export function configWarnings(
  instance: Instance,
  found: FoundConfig,
  after: FoundNames,
): readonly Problem[] {
  const lost = missing(found.names, after)
  const where = atInstance(instance)
  const unread = [...found.unread, ...(found.cut ? ['more files than promha reads'] : [])]
  return [
    ...kinds.flatMap(kind => {
      const names = lost.get(kind) ?? []
      const the = { kind, path: found.path, component: instance.component, names }
      return names.length === 0 ? [] : [adoptProblem.configLost(where, the)]
    }),
    ...(unread.length === 0 ? [] : [adoptProblem.notCompared(where, instance.component, unread)]),
  ]
}

/** A data directory that a later inventory leaves behind. */
export function leftData(instance: Instance, { records }: Observed): readonly Problem[] {
  const { component, resources, retired, back } = instance
  if (retired || back !== undefined) return []
  // The present one comes first: what was kept of earlier ones stands behind it.
  const old = records.get(component)?.owned.find(isData)?.name
  const wanted = ofKind(resources, 'directory').find(({ data }) => data)
  if (old === undefined || !wanted || wanted.path === old) return []
  return [adoptProblem.dataLeft(atInstance(instance), component, wanted.path, old)]
}

/** One that runs holds the port, which is an error of its own. */
function otherUnit({ service }: Instance, { enabled, pid, unit }: Predecessor): string | undefined {
  return unit === service.unit || pid !== undefined || !enabled ? undefined : unit
}

/** undefined if it stays the same. */
function change(
  found: CommandFlags,
  wanted: CommandFlags,
  of: (flags: CommandFlags) => string,
): { readonly before: string; readonly after: string } | undefined {
  const [before, after] = [of(found), of(wanted)]
  return before === after ? undefined : { before, after }
}

function urlOf(flags: CommandFlags): string {
  const url = flagValue(flags, 'web.external-url') ?? ''
  return url.replace(/\/\/[^/@]*@/, '//').replace(/\/+$/, '')
}

function prefixOf(flags: CommandFlags): string {
  const given = ['web.route-prefix', 'web.external-url'].flatMap(name => {
    const value = flagValue(flags, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return pathPrefix(Object.fromEntries(given)) || '/'
}

/** Flags of all programs that have a warning above or an error in `adopt.ts`, or whose loss changes nothing. */
const known =
  /^(config\.file|web\.(config(\.file)?|listen-address|external-url|route-prefix|systemd-socket)|log\..*)$/

function lostFlags({ component, flags }: Predecessor, wanted: CommandFlags): readonly string[] {
  const own = takeOverOf(component)?.knownFlags
  return [...flags.keys()].filter(name => !known.test(name) && !own?.test(name) && !wanted.has(name)).sort()
}

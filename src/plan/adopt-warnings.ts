/** What changes where promha takes over what another tool has set up, and is not refused: told before the changes. Pure. */

import { type CommandFlags, type FlagChange, flagValue } from '../../roles/component.ts'
import { cut, listed } from '../diagnostic/cut.ts'
import { type Problem, warning } from '../diagnostic/problem.ts'
import { pathPrefix } from '../inventory/served-path.ts'
import { type Instance, resourceId } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import { seenIn } from './adopt.ts'
import { listens, type Predecessor, takeOverOf, wantedFlags } from './found.ts'
import { kinds, missing, type Names } from './found-config.ts'

/** What a config and the files that it names hold. */
export interface FoundConfig {
  /** Absolute path. */
  readonly path: string
  readonly names: Names
  /** Paths that could not be read as YAML, or were not read. */
  readonly unread: readonly string[]
  /** More was there than is read. */
  readonly cut: boolean
}

/** Of the command line. */
export function flagWarnings(instance: Instance, found: Predecessor): readonly Problem[] {
  const wanted = wantedFlags(instance)
  const changes = [
    otherUnit(instance, found),
    listenChange(found, wanted),
    urlChange(found.flags, wanted),
    prefixChange(found.flags, wanted),
    takeOverOf(instance.component)?.flagChange?.(found, wanted),
    lostFlags(found, wanted),
  ].filter(change => change !== undefined)
  return changes.map(({ summary, remedy }) =>
    warning(`${instance.component} ${summary}`, {
      host: instance.host,
      resource: resourceId(instance.service),
      detail: seenIn(found),
      ...(remedy === undefined ? {} : { remedy }),
    }),
  )
}

/** Of what its config names and the new one lacks. */
export function configWarnings(instance: Instance, found: FoundConfig, after: Names): readonly Problem[] {
  const lost = missing(found.names, after)
  const common = { host: instance.host, resource: resourceId(instance.service) }
  const unread = [...found.unread, ...(found.cut ? ['more files than promha reads'] : [])]
  return [
    ...kinds.flatMap(kind => {
      const names = lost.get(kind) ?? []
      if (names.length === 0) return []
      return warning(`the inventory lacks ${kind} that ${found.path} has: ${listed(names)}`, {
        ...common,
        detail: `They end when promha takes over ${instance.component}.`,
        remedy: 'Add those that you need to the inventory before the apply.',
      })
    }),
    ...(unread.length === 0
      ? []
      : [
          warning(`not all of what ${instance.component} reads could be compared: ${listed(unread)}`, {
            ...common,
            remedy: 'Compare it with the inventory yourself before the apply.',
          }),
        ]),
  ]
}

/** A data directory that a later inventory leaves behind. */
export function leftData(instance: Instance, { stamps }: Observed): readonly Problem[] {
  const { component, host, resources, service, retired, back } = instance
  if (retired || back !== undefined) return []
  // The present one comes first: what was kept of earlier ones stands behind it.
  const old = stamps.get(component)?.owned.find(({ kind }) => kind === 'data')?.name
  const wanted = resources.find(resource => resource.kind === 'directory' && resource.data)
  if (old === undefined || wanted?.kind !== 'directory' || wanted.path === old) return []
  return [
    warning(
      `${component} will use ${wanted.path}, and its data stays behind in ${old}: no query shows it any more`,
      {
        host,
        resource: resourceId(service),
        remedy: `To keep it, set \`data_dir: ${old}\` again, or stop ${component} and move the data before the apply.`,
      },
    ),
  ]
}

/** One that runs holds the port, which is an error of its own. */
function otherUnit({ host, service }: Instance, { enabled, pid, unit }: Predecessor): FlagChange | undefined {
  if (unit === undefined || unit === service.unit || pid !== undefined || !enabled) return undefined
  return {
    summary: `will share its port with ${unit}, which starts at boot`,
    remedy: `Run \`systemctl disable ${unit}\` on ${host}.`,
  }
}

function listenChange({ component, flags }: Predecessor, wanted: CommandFlags): FlagChange | undefined {
  const [before, after] = [listens(component, flags), listens(component, wanted)].map(all => all.join(', '))
  if (before === after) return undefined
  return {
    summary: `listens on ${before} and will listen on ${after}`,
    remedy: `Set \`listen:\` if it is to stay as it is.`,
  }
}

function urlChange(flags: CommandFlags, wanted: CommandFlags): FlagChange | undefined {
  const url = (of: CommandFlags) =>
    withoutPassword(flagValue(of, 'web.external-url') ?? '').replace(/\/+$/, '')
  const [before, after] = [url(flags), url(wanted)]
  if (before === after || before === '') return undefined
  return {
    summary: `has the external URL ${cut(before)} and will have ${after === '' ? 'none' : cut(after)}: links in notifications change`,
    remedy: `Set \`flags: { web.external-url: ${cut(before)} }\` to keep it.`,
  }
}

function prefixChange(flags: CommandFlags, wanted: CommandFlags): FlagChange | undefined {
  const prefix = (of: CommandFlags) => {
    const given = ['web.route-prefix', 'web.external-url'].flatMap(name => {
      const value = flagValue(of, name)
      return value === undefined ? [] : [[name, value] as const]
    })
    return pathPrefix(Object.fromEntries(given)) || '/'
  }
  const [before, after] = [prefix(flags), prefix(wanted)]
  if (before === after) return undefined
  return {
    summary: `answers below ${cut(before)} and will answer below ${cut(after)}`,
    remedy: `Set \`flags: { web.route-prefix: ${cut(before)} }\` to keep it.`,
  }
}

/** Flags of all programs that have a warning above or an error in `adopt.ts`, or whose loss changes nothing. */
const known =
  /^(config\.file|web\.(config(\.file)?|listen-address|external-url|route-prefix|systemd-socket)|log\..*)$/

function lostFlags({ component, flags }: Predecessor, wanted: CommandFlags): FlagChange | undefined {
  const own = takeOverOf(component)?.knownFlags
  const lost = [...flags.keys()]
    .filter(name => !known.test(name) && !own?.test(name) && !wanted.has(name))
    .sort()
  if (lost.length === 0) return undefined
  return {
    summary: `has flags that the inventory lacks: ${listed(lost)}`,
    remedy: 'Add those that you need to `flags:`.',
  }
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//')
}

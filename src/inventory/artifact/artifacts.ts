import { definitions, releasedComponents } from '../../../roles/index.ts'
import { present } from '../../diagnostic/defined.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { type Context, type PathBase, requestKey, resolvePath } from '../context.ts'
import type { Component } from '../model.ts'
import type { InventoryText } from '../schema/schema.ts'
import { at, atKey, memberPlace, membersOf, placedAs, seen } from '../text/place.ts'
import { versionFault } from '../value/names.ts'
import { artifactsProblem } from './messages.ts'
import type { ArtifactOrigin, ArtifactSettings } from './origin.ts'
import { componentOfKey } from './own-program.ts'

interface OriginText {
  readonly from?: string | null | undefined
  readonly suite?: string | null | undefined
}

/** Where programs come from; `upstream` by default. */
export function buildArtifacts(text: InventoryText, context: Context): ArtifactSettings {
  const settings = text.artifacts ?? {}
  const components = buildComponents(settings, ownKeys(text), context)
  return {
    ...buildOrigin(settings, 'artifacts', 'upstream', context),
    ...(Object.keys(components).length > 0 ? { components } : {}),
    cache: resolvePath(settings.cache || '~/.cache/promha', context),
    ...present({ keyring: keyringOf(settings, context) }),
  }
}

function buildComponents(
  { from, components }: NonNullable<InventoryText['artifacts']>,
  own: readonly string[],
  context: Context,
): NonNullable<ArtifactSettings['components']> {
  const found: Record<Component, ArtifactOrigin> = {}
  for (const [key, text] of Object.entries(components ?? {})) {
    const component = releasedName(key) ?? (own.includes(key) ? componentOfKey(key) : undefined)
    const where = atKey(components ?? {}, key)
    if (component === undefined)
      context.problems.push(unknownName('artifacts.components', components ?? {}, key, own))
    else if (text == null) context.problems.push(artifactsProblem.emptySource(where, key))
    else if (found[component])
      context.problems.push(artifactsProblem.componentTwice(where, 'artifacts.components', component))
    else {
      const origin = buildOrigin(text, `artifacts.components.${key}`, from ?? 'upstream', context)
      found[component] = { ...present({ suitePlace: where.source }), ...origin }
    }
  }
  return found
}

/** Keys of entries with a program from a repository: one at a path or a URL has no other source. */
function ownKeys({ cells, defaults }: InventoryText): readonly string[] {
  const entries = [defaults, ...Object.values(cells ?? {})].flatMap(one =>
    Object.entries(one?.exporters ?? {}),
  )
  return entries.flatMap(([key, entry]) => (typeof entry?.program === 'object' && entry.program ? [key] : []))
}

function unknownName(of: string, owner: object, key: string, own: readonly string[] = []): Problem {
  const facts = { of, key, released: releasedComponents, aliases, own }
  return artifactsProblem.unknownComponent(atKey(owner, key), facts)
}

const aliases = definitions.flatMap(({ release, releaseName, aliases: known = [] }) =>
  release && releaseName === undefined ? known : [],
)

/** `node` is node_exporter, as for `--only`. */
function releasedName(key: string): Component | undefined {
  if (releasedComponents.includes(key)) return key
  return definitions.find(
    ({ aliases = [], release, releaseName }) =>
      release !== undefined && releaseName === undefined && aliases.includes(key),
  )?.name
}

/** @param standard what `from` is if it is not written */
function buildOrigin(settings: OriginText, of: string, standard: string, context: Context): ArtifactOrigin {
  const from = settings.from ?? standard
  const kind = kindOf(from)
  if (settings.from != null) checkFrom(settings, of, from, context.problems)
  if (settings.suite != null && kind !== 'debian') {
    context.problems.push(artifactsProblem.suiteWithoutDebian(at(settings, 'suite'), of))
  } else if (settings.suite != null && !/^[a-z0-9][a-z0-9.-]*$/.test(settings.suite)) {
    context.problems.push(artifactsProblem.badSuite(at(settings, 'suite'), of, seen(settings, 'suite')))
  }
  const placed = kind === 'mirror' ? from.replace(/\/+$/, '') : from
  return {
    from: kind === 'directory' ? resolvePath(from, context) : placed,
    kind,
    of,
    ...present({
      suite: kind === 'debian' ? settings.suite : undefined,
      suitePlace: settings.suite == null ? undefined : at(settings, 'suite').source,
      place: settings.from == null ? undefined : at(settings, 'from').source,
    }),
    ...(memberPlace(settings, 'from')?.placeholder ? { unasked: true as const } : {}),
  }
}

/** The directories that programs are taken from. */
export function sourceDirectories({ artifacts }: InventoryText, base: PathBase): readonly string[] {
  const all = [artifacts, ...Object.values(artifacts?.components ?? {})]
  return all.flatMap(one =>
    one?.from != null && kindOf(one.from) === 'directory' ? [resolvePath(one.from, base)] : [],
  )
}

/** Any value of `from` may have a keyring beside it, because packages of the hosts always come from Debian. */
function keyringOf(settings: { readonly keyring?: string | null | undefined }, context: Context) {
  if (settings.keyring == null) return undefined
  const path = resolvePath(settings.keyring, context)
  const answer = context.files.get(requestKey({ kind: 'keyring', path }))
  const where = at(settings, 'keyring')
  if (answer && 'failure' in answer)
    context.problems.push(artifactsProblem.badKeyring(where, settings.keyring, answer.failure, answer.remedy))
  return path
}

function kindOf(from: string): ArtifactOrigin['kind'] {
  if (from === 'upstream' || from === 'debian') return from
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(from) ? 'mirror' : 'directory'
}

function checkFrom(settings: object, of: string, from: string, problems: Problem[]): void {
  const kind = kindOf(from)
  const [where, saw] = [at(settings, 'from'), seen(settings, 'from')]
  const expected = `${of}.from: expected upstream, debian, the URL of a mirror, or the path of a directory`
  if (kind === 'mirror' && !(/^https?:/i.test(from) && URL.canParse(from)))
    problems.push(artifactsProblem.badMirror(where, expected, saw))
  // A bare word is more likely a typing error than a directory.
  if (kind === 'directory' && !/[/.~]/.test(from))
    problems.push(artifactsProblem.unknownSource(where, expected, saw, from))
}

/** The pinned versions, of the components that are pinned. */
export function buildVersions(
  text: InventoryText,
  problems: Problem[],
): Readonly<Partial<Record<Component, string>>> {
  const versions = text.versions ?? {}
  const pinned: Partial<Record<Component, string>> = {}
  const places = new Map(membersOf(versions))
  for (const [key, version] of Object.entries(versions)) {
    const component = releasedName(key)
    if (component === undefined) problems.push(unknownName('versions', versions, key))
    if (component === undefined || version == null) continue
    if (pinned[component] !== undefined)
      problems.push(artifactsProblem.componentTwice(atKey(versions, key), 'versions', component))
    const fault = versionFault(version)
    if (fault) problems.push(artifactsProblem.badVersion(at(versions, key), version, component, fault))
    pinned[component] = version
    const member = memberPlace(versions, key)
    if (member) places.set(component, member)
  }
  return placedAs(pinned, versions, places)
}

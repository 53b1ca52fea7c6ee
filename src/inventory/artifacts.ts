import { definitions, releasedComponents } from '../../roles/index.ts'
import { suggestion } from '../diagnostic/nearest.ts'
import { error, type Problem, type SourceRange } from '../diagnostic/problem.ts'
import type { ArtifactOrigin, ArtifactSettings } from './artifact-origin.ts'
import { type Context, requestKey, resolvePath } from './context.ts'
import type { Component } from './model.ts'
import { versionFault } from './names.ts'
import { at, atKey, memberPlace, membersOf, ownPlace, quote, remember, seen } from './place.ts'
import type { InventoryText } from './schema.ts'

interface OriginText {
  readonly from?: string | null | undefined
  readonly suite?: string | null | undefined
}

/** Where programs come from; `upstream` by default. */
export function buildArtifacts(text: InventoryText, context: Context): ArtifactSettings {
  const settings = text.artifacts ?? {}
  const components = buildComponents(settings, context)
  const keyring = keyringOf(settings, context)
  return {
    ...buildOrigin(settings, 'artifacts', 'upstream', context),
    ...(Object.keys(components).length > 0 ? { components } : {}),
    cache: resolvePath(settings.cache || '~/.cache/promha', context),
    ...(keyring === undefined ? {} : { keyring }),
  }
}

function buildComponents(
  { from, components }: NonNullable<InventoryText['artifacts']>,
  context: Context,
): NonNullable<ArtifactSettings['components']> {
  const found: Record<Component, ArtifactOrigin> = {}
  for (const [key, text] of Object.entries(components ?? {})) {
    const component = releasedName(key)
    if (component === undefined) {
      context.problems.push(
        error(`artifacts.components: promha brings no programs of ${quote(key)}`, {
          ...atKey(components ?? {}, key),
          ...suggestion(key, releasedComponents, `it brings those of ${releasedComponents.join(', ')}`),
        }),
      )
    } else if (text == null) {
      context.problems.push(
        error(`artifacts.components.${key} says nothing`, {
          ...atKey(components ?? {}, key),
          remedy: 'write "{ from: upstream }", or another source',
        }),
      )
    } else if (found[component]) {
      context.problems.push(
        error(`artifacts.components names ${component} twice`, {
          ...atKey(components ?? {}, key),
          remedy: 'remove one of the two',
        }),
      )
    } else {
      found[component] = buildOrigin(text, `artifacts.components.${key}`, from ?? 'upstream', context)
    }
  }
  return found
}

/** `node` is node_exporter, as for `--only`. */
function releasedName(key: string): Component | undefined {
  return definitions.find(
    ({ name, aliases = [], release }) => release !== undefined && (name === key || aliases.includes(key)),
  )?.name
}

/** @param standard what `from` is if it is not written */
function buildOrigin(settings: OriginText, of: string, standard: string, context: Context): ArtifactOrigin {
  const from = settings.from ?? standard
  const kind = kindOf(from)
  if (settings.from != null) checkFrom(settings, of, from, kind, context.problems)
  if (settings.suite != null && kind !== 'debian') {
    context.problems.push(
      error(`${of}.suite is for "from: debian" only`, {
        ...at(settings, 'suite'),
        remedy: 'remove it',
      }),
    )
  } else if (settings.suite != null && !/^[a-z0-9][a-z0-9.-]*$/.test(settings.suite)) {
    context.problems.push(
      error(
        `${of}.suite: expected a suite like trixie, saw ${seen(settings, 'suite')}`,
        at(settings, 'suite'),
      ),
    )
  }
  return {
    from:
      kind === 'directory' ? resolvePath(from, context) : kind === 'mirror' ? from.replace(/\/+$/, '') : from,
    kind,
    ...(settings.suite != null && kind === 'debian' ? { suite: settings.suite } : {}),
    ...placeOfFrom(settings),
    ...(memberPlace(settings, 'from')?.placeholder ? { unasked: true as const } : {}),
  }
}

/** The directories that programs are taken from. */
export function sourceDirectories(
  { artifacts }: InventoryText,
  base: Pick<Context, 'directory' | 'home'>,
): readonly string[] {
  const all = [artifacts, ...Object.values(artifacts?.components ?? {})]
  return all.flatMap(one =>
    one?.from != null && kindOf(one.from) === 'directory' ? [resolvePath(one.from, base)] : [],
  )
}

function placeOfFrom(settings: OriginText): { readonly place?: SourceRange } {
  const { source } = settings.from == null ? {} : at(settings, 'from')
  return source ? { place: source } : {}
}

/** Any value of `from` may have a keyring beside it, because packages of the hosts always come from Debian. */
function keyringOf(
  settings: { readonly keyring?: string | null | undefined },
  context: Context,
): string | undefined {
  if (settings.keyring == null) return undefined
  const path = resolvePath(settings.keyring, context)
  const answer = context.files.get(requestKey({ kind: 'keyring', path }))
  if (answer && 'failure' in answer) {
    const { failure, remedy } = answer
    context.problems.push(
      error(`artifacts.keyring: ${quote(settings.keyring)} ${failure}`, {
        ...at(settings, 'keyring'),
        remedy: remedy ?? "Name the file of a keyring, as apt's Signed-By does.",
      }),
    )
  }
  return path
}

function kindOf(from: string): ArtifactOrigin['kind'] {
  if (from === 'upstream' || from === 'debian') return from
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(from) ? 'mirror' : 'directory'
}

function checkFrom(
  settings: object,
  of: string,
  from: string,
  kind: ArtifactOrigin['kind'],
  problems: Problem[],
): void {
  const expected = `${of}.from: expected upstream, debian, the URL of a mirror, or the path of a directory`
  if (kind === 'mirror' && !(/^https?:/i.test(from) && URL.canParse(from))) {
    problems.push(
      error(`${expected}, saw ${seen(settings, 'from')}`, {
        ...at(settings, 'from'),
        remedy: 'write the http or https URL of a mirror',
      }),
    )
  }
  // A bare word is more likely a typing error than a directory.
  if (kind === 'directory' && !/[/.~]/.test(from)) {
    problems.push(
      error(`${expected}, saw ${seen(settings, 'from')}`, {
        ...at(settings, 'from'),
        ...suggestion(from, ['upstream', 'debian'], `write "./${from}" for a directory`),
      }),
    )
  }
}

/** The pinned versions, of the components that are pinned. */
export function buildVersions(
  text: InventoryText,
  problems: Problem[],
): Readonly<Partial<Record<Component, string>>> {
  const versions = text.versions ?? {}
  const pinned: Partial<Record<Component, string>> = {}
  for (const component of releasedComponents) {
    const version = versions[component]
    if (version == null) continue
    const fault = versionFault(version)
    if (fault)
      problems.push(error(`the version ${quote(version)} of ${component} ${fault}`, at(versions, component)))
    pinned[component] = version
  }
  const place = ownPlace(versions)
  if (place) remember(pinned, place, new Map(membersOf(versions)))
  return pinned
}

import { releasedComponents } from '../../roles/index.ts'
import { suggestion } from '../diagnostic/nearest.ts'
import { error, type Problem, type SourceRange } from '../diagnostic/problem.ts'
import { type Context, requestKey, resolvePath } from './context.ts'
import type { ArtifactSettings, Component } from './model.ts'
import { versionFault } from './names.ts'
import { at, memberPlace, membersOf, ownPlace, quote, remember, seen } from './place.ts'
import type { InventoryText } from './schema.ts'

/** Where programs come from; `upstream` by default. */
export function buildArtifacts(text: InventoryText, context: Context): ArtifactSettings {
  const settings = text.artifacts ?? {}
  const from = settings.from ?? 'upstream'
  const kind = kindOf(from)
  checkFrom(settings, from, kind, context.problems)
  if (settings.suite != null && kind !== 'debian') {
    context.problems.push(
      error('artifacts.suite is for "from: debian" only', {
        ...at(settings, 'suite'),
        remedy: 'remove it',
      }),
    )
  } else if (settings.suite != null && !/^[a-z0-9][a-z0-9.-]*$/.test(settings.suite)) {
    context.problems.push(
      error(
        `artifacts.suite: expected a suite like trixie, saw ${seen(settings, 'suite')}`,
        at(settings, 'suite'),
      ),
    )
  }
  const keyring = keyringOf(settings, context)
  return {
    from:
      kind === 'directory' ? resolvePath(from, context) : kind === 'mirror' ? from.replace(/\/+$/, '') : from,
    kind,
    cache: resolvePath(settings.cache || '~/.cache/promha', context),
    ...(settings.suite != null && kind === 'debian' ? { suite: settings.suite } : {}),
    ...placeOfFrom(settings),
    ...(keyring === undefined ? {} : { keyring }),
    ...(memberPlace(settings, 'from')?.placeholder ? { unasked: true as const } : {}),
  }
}

/** The directory that programs are taken from, if they are taken from one. */
export function sourceDirectory(
  { artifacts }: InventoryText,
  base: Pick<Context, 'directory' | 'home'>,
): string | undefined {
  const from = artifacts?.from ?? 'upstream'
  return kindOf(from) === 'directory' ? resolvePath(from, base) : undefined
}

function placeOfFrom(settings: { readonly from?: unknown }): { readonly place?: SourceRange } {
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

function kindOf(from: string): ArtifactSettings['kind'] {
  if (from === 'upstream' || from === 'debian') return from
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(from) ? 'mirror' : 'directory'
}

function checkFrom(
  settings: object,
  from: string,
  kind: ArtifactSettings['kind'],
  problems: Problem[],
): void {
  const expected =
    'artifacts.from: expected upstream, debian, the URL of a mirror, or the path of a directory'
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

/** `program:` of an entry of `exporters:`: an exporter that is not in the catalogue. */
import { posix } from 'node:path'
import type { ExporterDefinition } from '../../../roles/exporters/definition.ts'
import { program, type ReleaseDefinition, type UpstreamRelease } from '../../../roles/release.ts'
import { present } from '../../diagnostic/defined.ts'
import type { ExporterText } from '../cell/parts.ts'
import { type Context, displayPath, requestKey, resolvePath } from '../context.ts'
import { at, atKey, memberPlace, quoted, wasRejected } from '../text/place.ts'
import { withoutLine } from '../text/source-text.ts'
import { artifactsProblem } from './messages.ts'
import { notAProgram, unpackFirst } from './program-head.ts'

type ProgramText = Exclude<NonNullable<ExporterText['program']>, string>

/** A part of a file's name or of a path: it stays below where it is looked for, and no shell or URL reads it. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._+~-]*$/
/** What a program that has no version of its own has in the lock file. */
const noVersion = '0'

export function isUrl(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(path)
}

/** The definition of an entry with a program; undefined if something is wrong, which is reported. */
export function ownDefinition(
  key: string,
  text: ExporterText,
  texts: object,
  context: Context,
): ExporterDefinition | undefined {
  const { port, ready, listen_flag: listenFlag } = text
  const before = context.problems.length
  const report: Report = (summary, owner, member, remedy, hidden) => {
    const where = at(owner, member)
    const place = hidden && where.source ? { source: withoutLine(where.source) } : where
    context.problems.push(artifactsProblem.badOwnProgram(place, key, summary, remedy))
  }
  if (port == null && !wasRejected(text, 'port'))
    context.problems.push(artifactsProblem.noPort(atKey(texts, key), key))
  if (port != null && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    report(`.port: expected a number from 1 to 65535, saw ${port}`, text, 'port')
  if (ready != null && !/^\/[!-~]*$/.test(ready))
    report(`.ready: expected a path like /health, saw ${quoted(ready)}`, text, 'ready')
  if (listenFlag != null && !/^[a-z0-9][A-Za-z0-9._-]*$/.test(listenFlag))
    report('.listen_flag: expected a flag without dashes, like web.listen-address', text, 'listen_flag')
  const component = componentOfKey(key)
  const said = text.program
  const atPath = (path: string) =>
    isUrl(path) ? atUrl(path, component, text, report) : fromFile(path, component, text, report, context)
  const release = typeof said === 'string' ? atPath(said) : said && ofRepository(said, component, report)
  if (release == null || port == null || context.problems.length > before) return undefined
  return {
    key,
    name: component,
    of: key,
    manual: typeof said === 'object' ? `https://github.com/${said?.repo}` : '',
    release: { own: true, ...present({ place: at(text, 'program').source }), ...release },
    port,
    config: { file: 'config.yml', flag: 'config.file' },
    // Only the entry knows its program: a list under `listen` says that it takes several.
    severalAddressesFrom: 'any',
    ...present({ listenFlag, readyPath: ready }),
  }
}

/** At a member of the map that holds it. */
type Report = (
  summary: string,
  owner: object,
  member: string,
  remedy?: string,
  /** The line is not shown. */
  hidden?: boolean,
) => void

function fromFile(path: string, component: string, text: object, report: Report, context: Context) {
  const file = resolvePath(path, context)
  const name = posix.basename(file)
  const answer = context.files.get(requestKey({ kind: 'head', path: file }))
  if (answer === undefined || 'failure' in answer) {
    const why = answer && 'failure' in answer ? answer.failure : 'does not exist'
    report(`.program: ${quoted(displayPath(file, context))} ${why}`, text, 'program', pathRemedy)
  } else {
    const wrong = notAProgram(answer.files[0]?.bytes ?? new Uint8Array())
    const remedy = wrong?.isArchive ? unpackFirst : 'Name an ELF file, or a script that begins with "#!".'
    if (wrong !== undefined)
      report(`.program: ${quoted(displayPath(file, context))} ${wrong.fault}`, text, 'program', remedy)
  }
  if (!plainName.test(name)) {
    report(`.program: the name ${quoted(name)} ${onlyPlain}`, text, 'program', 'Give the file another name.')
    return undefined
  }
  const upstream = { folder: '', archive: name, checksums: '', members: [program(name, component)] }
  return { version: noVersion, file, upstream }
}

const pathRemedy =
  'Paths are relative to the inventory. For a program from GitHub, write { repo, version, asset, checksums }.'
const onlyPlain = 'may have letters, digits and ". _ + ~ -" only'

function atUrl(url: string, component: string, text: object, report: Report): ReleaseDefinition | undefined {
  // A query may be a signature, so the line is not shown.
  const wrong = (why: string, remedy: string): undefined => {
    report(`.program ${why}`, text, 'program', remedy, true)
  }
  const own = memberPlace(text, 'program')
  if (!/^https?:/i.test(url) || !URL.canParse(url))
    return wrong('is not an http or https URL', 'Write the URL of the program itself.')
  const { username, password, search, hash, origin, pathname } = new URL(url)
  if (own?.expanded || username || password || search || hash)
    return wrong('has more than a plain URL: a password, a reference, "?" or "#"', 'Write a plain URL.')
  const path = pathname.slice(1).replaceAll('%7B', '{').replaceAll('%7D', '}')
  const archive = posix.basename(path)
  const parts = path.replaceAll('{arch}', 'A').split('/')
  if (isArchive(archive)) return wrong('leads to an archive', unpackFirst)
  if (!parts.every(part => plainName.test(part)))
    return wrong(
      'does not lead to a program',
      'Write the URL of the program itself, with {arch} in it or not.',
    )
  const name = filled(archive)
  const folder = filled(posix.dirname(path))
  const members = [program(name, component)]
  return { version: noVersion, upstream: { base: origin, folder, archive: name, checksums: '', members } }
}

function isArchive(name: string): boolean {
  return /\.(tgz|tar(\.\w+)?|zip|gz|xz|bz2|zst|deb|rpm)$/.test(name)
}

function filled(text: string): string {
  return text.replaceAll('{version}', '$V').replaceAll('{arch}', '$ARCH').replaceAll('{asset}', '$ARCHIVE')
}

function ofRepository(text: ProgramText, component: string, report: Report): ReleaseDefinition | undefined {
  const { repo, version, asset, checksums, file, tag } = text
  let sound = true
  const wrong = (member: string, why: string, remedy?: string) => {
    sound = false
    if (!wasRejected(text, member)) report(`.program.${member} ${why}`, text, member, remedy)
  }
  if (repo == null || !/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(repo))
    wrong('repo', 'is not OWNER/NAME of GitHub', 'Write it like "repo: prometheus/node_exporter".')
  const missing = (value: unknown) => (value == null ? 'is missing' : undefined)
  if (version == null || !/^\d[0-9A-Za-z.+~-]*$/.test(version))
    wrong('version', missing(version) ?? 'is not a version', 'Write it like "1.2.3", without "v".')
  for (const [member, value] of Object.entries({ asset, checksums, tag })) {
    if (value == null ? member !== 'asset' : plain(value) || (member === 'checksums' && value === ''))
      continue
    const remedy = 'Write a name with {version} and {arch}, like "mine-{version}.linux-{arch}.tar.gz".'
    wrong(member, missing(value) ?? `is not a name: ${placeholders}`, remedy)
  }
  const packed = asset != null && /\.(tgz|tar\.gz)$/.test(asset)
  if (asset != null && !packed && isArchive(asset))
    wrong(
      'asset',
      'is an archive of another form than .tar.gz',
      'Use an asset that is .tar.gz or the program.',
    )
  if (packed && file == null)
    wrong('file', 'is missing', 'Name the program in the archive, like "file: mine-{version}/mine".')
  if (file != null && asset != null && !isArchive(asset))
    wrong('file', 'is for an archive only', 'Remove it.')
  if (file != null && !file.split('/').every(plain)) wrong('file', `is not a path: ${placeholders}`)
  if (!sound || asset == null || version == null) return undefined
  const archive = filled(asset)
  const upstream: UpstreamRelease = {
    folder: `${repo}/releases/download/${filled(tag ?? 'v{version}')}`,
    archive,
    checksums: filled(checksums ?? ''),
    // Of a bare name, whether the archive has a directory around it or not does not matter.
    members: [program(packed ? filled(`${file?.includes('/') ? '' : '*/'}${file}`) : archive, component)],
  }
  return { version, upstream }
}

const placeholders = 'letters, digits and ". _ + ~ -", {version} and {arch}'

function plain(text: string): boolean {
  return plainName.test(text.replace(/\{(version|arch|asset)\}/g, 'a'))
}

/** The component of an entry that is not of the catalogue: no unit or directory of the host's own has such a name. */
export function componentOfKey(key: string): string {
  return `${key.replace(/_exporter$/, '')}_exporter`
}

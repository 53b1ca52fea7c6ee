/** `program:` of an entry of `exporters:`: an exporter that is not in the catalogue. */
import { posix } from 'node:path'
import type { ExporterDefinition } from '../../roles/exporters/definition.ts'
import { program, type ReleaseDefinition, type UpstreamRelease } from '../../roles/release.ts'
import { error } from '../diagnostic/problem.ts'
import { type Context, displayPath, requestKey, resolvePath } from './context.ts'
import { at, atKey, memberPlace, quote, wasRejected } from './place.ts'
import type { ExporterText } from './schema.ts'

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
  const report = (summary: string, owner: object, member: string, remedy?: string) =>
    void context.problems.push(
      error(`exporters.${key}${summary}`, { ...at(owner, member), ...(remedy ? { remedy } : {}) }),
    )
  if (port == null && !wasRejected(text, 'port'))
    context.problems.push(
      error(`exporters.${key} has a program and no port`, {
        ...atKey(texts, key),
        remedy: 'add "port: NUMBER", on which it listens',
      }),
    )
  if (port != null && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    report(`.port: expected a number from 1 to 65535, saw ${port}`, text, 'port')
  if (ready != null && !/^\/[!-~]*$/.test(ready))
    report(`.ready: expected a path like /health, saw ${quote(ready)}`, text, 'ready')
  if (listenFlag != null && !/^[a-z0-9][A-Za-z0-9._-]*$/.test(listenFlag))
    report('.listen_flag: expected a flag without dashes, like web.listen-address', text, 'listen_flag')
  const component = componentOfKey(key)
  const said = text.program
  const release =
    said == null
      ? undefined
      : typeof said === 'string'
        ? isUrl(said)
          ? atUrl(said, component, text, report)
          : fromFile(said, component, text, report, context)
        : ofRepository(said, component, report)
  if (release === undefined || port == null || context.problems.length > before) return undefined
  return {
    key,
    name: component,
    of: key,
    manual: typeof said === 'object' ? `https://github.com/${said?.repo}` : '',
    release: { own: true, ...release },
    port,
    config: { file: 'config.yml', flag: 'config.file' },
    ...(listenFlag == null ? {} : { listenFlag }),
    ...(ready == null ? {} : { readyPath: ready }),
  }
}

/** At a member of the map that holds it. */
type Report = (summary: string, owner: object, member: string, remedy?: string) => void

function fromFile(
  path: string,
  component: string,
  text: object,
  report: Report,
  context: Context,
): ReleaseDefinition | undefined {
  const file = resolvePath(path, context)
  const name = posix.basename(file)
  const answer = context.files.get(requestKey({ kind: 'exists', path: file }))
  if (answer === undefined || 'failure' in answer) {
    const why = answer && 'failure' in answer ? answer.failure : 'does not exist'
    report(
      `.program: ${quote(displayPath(file, context))} ${why}`,
      text,
      'program',
      'paths are relative to the inventory; from GitHub write { repo, version, asset, checksums }',
    )
  }
  if (!plainName.test(name)) {
    report(`.program: the name ${quote(name)} ${onlyPlain}`, text, 'program', 'give the file another name')
    return undefined
  }
  const upstream = { folder: '', archive: name, checksums: '', members: [program(name, component)] }
  return { version: noVersion, file, upstream }
}

const onlyPlain = 'may have letters, digits and ". _ + ~ -" only'

function atUrl(url: string, component: string, text: object, report: Report): ReleaseDefinition | undefined {
  const wrong = (why: string, remedy: string) => report(`.program ${why}`, text, 'program', remedy)
  const own = memberPlace(text, 'program')
  if (!/^https?:/i.test(url) || !URL.canParse(url)) {
    wrong('is not an http or https URL', 'write the URL of the program itself')
    return undefined
  }
  const { username, password, search, hash, origin, pathname } = new URL(url)
  if (own?.expanded || username || password || search || hash) {
    wrong('has more than a plain URL: a password, a reference, "?" or "#"', 'write a plain URL')
    return undefined
  }
  const path = pathname.slice(1).replaceAll('%7B', '{').replaceAll('%7D', '}')
  const archive = posix.basename(path)
  const parts = path.replaceAll('{arch}', 'A').split('/')
  if (!parts.every(part => plainName.test(part)) || isArchive(archive)) {
    wrong('does not lead to a program', 'write the URL of the program itself, with {arch} in it or not')
    return undefined
  }
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
    report(`.program.${member} ${why}`, text, member, remedy)
  }
  if (repo == null || !/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(repo))
    wrong('repo', 'is not OWNER/NAME of GitHub', 'write it like "repo: prometheus/node_exporter"')
  if (version == null || !/^\d[0-9A-Za-z.+~-]*$/.test(version))
    wrong(
      'version',
      version == null ? 'is missing' : 'is not a version',
      'write it like "1.2.3", without "v"',
    )
  for (const [member, value] of Object.entries({ asset, checksums, tag })) {
    if (value == null ? member !== 'asset' : plain(value) || (member === 'checksums' && value === ''))
      continue
    wrong(
      member,
      value == null ? 'is missing' : `is not a name: ${placeholders}`,
      'write a name with {version} and {arch}, like "mine-{version}.linux-{arch}.tar.gz"',
    )
  }
  const packed = asset != null && /\.(tgz|tar\.gz)$/.test(asset)
  if (asset != null && !packed && isArchive(asset))
    wrong(
      'asset',
      'is an archive of another form than .tar.gz',
      'use an asset that is .tar.gz or the program',
    )
  if (packed && file == null)
    wrong('file', 'is missing', 'name the program in the archive, like "file: mine-{version}/mine"')
  if (file != null && !packed) wrong('file', 'is for an archive only', 'remove it')
  if (file != null && !file.split('/').every(plain)) wrong('file', `is not a path: ${placeholders}`)
  if (!sound || asset == null || version == null) return undefined
  const archive = filled(asset)
  const upstream: UpstreamRelease = {
    folder: `${repo}/releases/download/${filled(tag ?? 'v{version}')}`,
    archive,
    checksums: filled(checksums ?? ''),
    members: [program(packed ? memberOf(filled(file ?? '')) : archive, component)],
  }
  return { version, upstream }
}

const placeholders = 'letters, digits and ". _ + ~ -", {version} and {arch}'

function plain(text: string): boolean {
  return plainName.test(text.replace(/\{(version|arch|asset)\}/g, 'a'))
}

/** Of a bare name, whether the archive has a directory around it or not does not matter. */
function memberOf(file: string): string {
  return file.includes('/') ? file : `*/${file}`
}

/** The component of an entry that is not of the catalogue: no unit or directory of the host's own has such a name. */
export function componentOfKey(key: string): string {
  return `${key.replace(/_exporter$/, '')}_exporter`
}

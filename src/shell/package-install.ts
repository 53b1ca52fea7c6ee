/**
 * Installs packages of the host's own system: from its own sources, or from the small repository that promha has brought.
 * What is about to come is noted before anything is installed, so that it is known whose it is even where the run ends.
 */
import { posix } from 'node:path'
import { begin, preamble, sections } from './frame.ts'
import { configuredPackages, installingMark, packageNotes } from './layout.ts'
import { holdsLock } from './lock.ts'
import { atWork, type Manager, repository, unitFunctions, workDone } from './package-manager.ts'
import { command, quote } from './quote.ts'
import { dropPushFolder, pushMark } from './staging.ts'

export interface InstallRequest {
  readonly manager: Manager
  /** None of them is installed, or quite so. */
  readonly names: readonly string[]
  /** Of the lock that is held on the host. */
  readonly run: string
}

export type InstallAnswer =
  | { readonly state: 'installed' }
  /** Its own sources have not brought it; `why`: what the package manager says. Of a Debian, what it has. */
  | { readonly state: 'unreached'; readonly why: string; readonly system?: SystemFacts }
  | { readonly state: 'failed'; readonly why: string }
  | { readonly state: 'lost' }

export interface SystemFacts {
  /** `debian` */
  readonly id: string
  /** `bookworm` */
  readonly release: string
  readonly arch: string
  readonly installed: readonly {
    readonly name: string
    readonly version: string
    readonly provides: string
  }[]
}

/** What apt says where it was not told, or could not be brought, what it needs; anything else is the host's own trouble. */
const unreachedSigns =
  'Unable to locate package|no installation candidate|but it is not (installable|going to be installed)|Failed to fetch|Unable to fetch|not available|Unable to satisfy dependencies|find an archive for it'
const troubleSigns = 'No space left|enough free space|fix-broken|dpkg was interrupted|held broken'

/** Prints sections: `installed`, `failed`, `unreached` or `lost`, then `end`. */
export function installScript(nonce: string, request: InstallRequest): string {
  return [
    ...opening(nonce, request),
    ...(request.manager === 'apt' ? byApt(nonce, request) : byDnf(nonce, request)),
  ].join('\n')
}

/** A package that was pushed below {@link repository}. */
interface BroughtPackage {
  readonly name: string
  readonly version: string
  /** Its name there. */
  readonly file: string
}

/** The same from what was brought. */
export function installBroughtScript(
  nonce: string,
  request: InstallRequest,
  brought: readonly BroughtPackage[],
): string {
  const place = quote(repository)
  const versions = new Map(brought.map(({ name, version }) => [name, version]))
  // What the host has of it already is no reason to take another one.
  const words = request.names.map(name => (versions.has(name) ? `${name}=${versions.get(name)}` : name))
  const files = brought.map(({ file }) => file)
  return [
    ...opening(nonce, request),
    halfUnpacked,
    `trap ${quote(`rm -rf ${place}`)} EXIT`,
    // If its reader has ended, too, which ends dash without that.
    "trap 'exit 1' HUP INT PIPE TERM",
    `cd ${place} || exit 1`,
    ...files.flatMap(file => [
      command('mv', '-fT', '--', `.promha-new.${file}`, file),
      command('rm', '-f', '--', pushMark(`${repository}/${file}`)),
    ]),
    dropPushFolder,
    // What is trusted was verified before it was sent, and came by this connection: not what an earlier run has left there.
    `for f in ${command(...files)}; do dpkg-deb -f "$f" && printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "$f" "$(stat -c %s "$f")" "$(sha256sum <"$f" | cut -c 1-64)"; done >Packages`,
    `echo 'deb [trusted=yes] file:${repository} ./' >sources.list; mkdir -p lists/partial`,
    'cd "$OLDPWD" || exit 1',
    `options="$options -o Dir::Etc::sourcelist=${repository}/sources.list -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=${repository}/lists -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Acquire::Languages=none -o APT::Sandbox::User=root"`,
    'manager update || failed',
    `manager -s install -- ${command(...words)} $half || failed`,
    'cp log plan',
    ...finish(nonce, request, words),
  ].join('\n')
}

/**
 * `asked` holds the names. `tidy`: what is not there after all leaves no mark, and no note unless some of what was to come
 * with it is. What is only half there keeps both, for it is promha's.
 */
function opening(nonce: string, { manager, names, run }: InstallRequest): readonly string[] {
  const note = `${quote(packageNotes)}/"$name"`
  return [
    preamble,
    `if ${holdsLock(run)}; then :; else ${begin(nonce, 'lost')}; ${begin(nonce, 'end')}; exit 0; fi`,
    ...atWork(manager, 'install'),
    `printf '%s\\n' ${command(...names)} >asked`,
    'some() { while read -r one; do ! there "$one" || return 0; done <"$1"; return 1; }',
    'tidy() {',
    '  while read -r name; do',
    `    there "$name" || rm -f ${quote(installingMark(''))}"$name"`,
    `    [ ! -f ${note} ] || some ${note} || rm -f ${note}`,
    '  done <asked',
    '}',
    `failed() { tidy; ${begin(nonce, 'failed')}; told; ${begin(nonce, 'end')}; ${workDone}; exit 0; }`,
    unitFunctions,
  ]
}

/** What was being unpacked when dpkg was cut off is no more than a name: only where it is asked for does apt take it once more. */
const halfUnpacked = `half=$(while read -r name; do echo "$name"; cat ${quote(packageNotes)}/"$name" 2>/dev/null; done <asked | sort -u |
  while read -r one; do [ "$(state "$one")" != half-installed ] || echo "$one"; done)
[ -z "$half" ] || options=--reinstall`

function byApt(nonce: string, request: InstallRequest): readonly string[] {
  const names = command(...request.names)
  return [
    halfUnpacked,
    // Lists that are there may do, and then nothing but the packages themselves is fetched.
    `get() { manager -s install -- ${names} $half && cp log plan && manager -d install -- ${names} $half; }`,
    `unreached() { grep -qE ${quote(unreachedSigns)} log && ! grep -qE ${quote(troubleSigns)} log; }`,
    'if get; then :; elif unreached; then',
    '  manager update || :; cp log update',
    '  if get; then :; elif unreached; then',
    `    tidy; ${begin(nonce, 'unreached')}; { grep -aE '^(E|W|Err)[: ]' update; told; } | tail -n 15`,
    `    ${begin(nonce, 'system')}; . /etc/os-release; echo "$ID"; echo "$VERSION_CODENAME"; dpkg --print-architecture`,
    `    ${begin(nonce, 'have')}; dpkg-query -W -f='\${db:Status-Status}\\t\${Package}\\t\${Version}\\t\${Provides}\\n' | sed -n 's/^installed\\t//p'`,
    `    ${begin(nonce, 'end')}; ${workDone}; exit 0`,
    '  else failed; fi',
    'else failed; fi',
    ...finish(nonce, request, request.names),
  ]
}

/** `plan` is what apt said that it would do: what is new has no old version in brackets. */
function finish(nonce: string, request: InstallRequest, words: readonly string[]): readonly string[] {
  return [
    "sed -n 's/^Inst \\([^ ]*\\) (.*/\\1/p' plan >new",
    // Their config was there before: it stays when they go.
    `dpkg-query -W -f='\${db:Status-Status} \${Package}\\n' | sed -n 's/^config-files //p' | grep -xFf new >>${quote(configuredPackages)}`,
    // So it is where no package had put them there, and with a user of its name, whom its purge would delete.
    'eval "$(apt-config shell archives Dir::Cache::archives/d)"',
    `of() { for deb in "$archives$1"_*.deb ${quote(repository)}/"$1"_*.deb; do [ ! -f "$deb" ] || dpkg-deb -I "$deb" conffiles 2>/dev/null; done; }`,
    `while read -r one; do { of "$one" | while read -r file; do [ ! -e "$file" ] || echo yes; done; getent passwd -- "$one"; } | grep -q . && echo "$one"; done <new >>${quote(configuredPackages)}`,
    noteFunctions,
    'note',
    'begun',
    `quietly manager install -- ${command(...words)} $half`,
    ...outcome(nonce, request),
  ]
}

/**
 * A note holds its package and all that came with it, others that were asked for left out. What is not new was left half
 * done by somebody else, or noted already. Until its own services are off a package does not count as installed: the mark
 * is there, and holds the units as they were before.
 */
const noteFunctions = [
  `put() { cp "$1" ${quote(packageNotes)}/.new && mv -fT ${quote(packageNotes)}/.new ${quote(packageNotes)}/"$2"; }`,
  `refused() { echo ${quote(`E: ${packageNotes} cannot be written`)} >>log; failed; }`,
  'note() {',
  '  while read -r name; do',
  '    grep -qxF -e "$name" new || continue',
  `    { echo "$name"; cat ${quote(packageNotes)}/"$name" 2>/dev/null; grep -vxFf asked new; } | sort -u >noted`,
  '    put noted "$name" 2>>log || refused',
  '  done <asked',
  '}',
  'begun() {',
  '  units >before 2>>log || { echo "E: systemd does not tell its units" >>log; failed; }',
  `  while read -r name; do [ -e ${quote(installingMark(''))}"$name" ] || put before ${quote(posix.basename(installingMark('')))}"$name" 2>>log || refused; done <asked`,
  '}',
].join('\n')

function outcome(nonce: string, { names }: InstallRequest): readonly string[] {
  return [
    'missing=no',
    `for name in ${command(...names)}; do has "$name" && disable "$name" && rm -f ${quote(installingMark(''))}"$name" || missing=yes; done`,
    `if [ $missing = no ]; then ${begin(nonce, 'installed')}; ${begin(nonce, 'end')}; ${workDone}; exit 0; fi`,
    'failed',
  ]
}

function byDnf(nonce: string, request: InstallRequest): readonly string[] {
  return [
    "all() { rpm -qa --qf '%{NAME}\\n' | sort -u; }",
    'all >had; grep -vxFf had asked >new',
    noteFunctions,
    'note',
    'begun',
    `if quietly manager install -- ${command(...request.names)}; then all >after; comm -13 had after >new; note`,
    `elif grep -qiE 'no match for argument|unable to find a match|failed to download|cannot download|could not resolve|no enabled repositor|curl error' log; then`,
    `  tidy; ${begin(nonce, 'unreached')}; told; ${begin(nonce, 'end')}; ${workDone}; exit 0`,
    'fi',
    ...outcome(nonce, request),
  ]
}

/** Undefined where the script did not come to its end. */
export function parseInstall(nonce: string, output: string): InstallAnswer | undefined {
  const found = sections(nonce, output)
  const text = (section: string) => (found.get(section) ?? []).join('\n')
  if (!found.has('end')) return undefined
  if (found.has('lost')) return { state: 'lost' }
  if (found.has('installed')) return { state: 'installed' }
  if (found.has('failed')) return { state: 'failed', why: text('failed') }
  if (!found.has('unreached')) return undefined
  const [id, release, arch] = found.get('system') ?? []
  const why = text('unreached')
  if (!id || !release || !arch) return { state: 'unreached', why }
  const installed = (found.get('have') ?? []).map(line => {
    const [name = '', version = '', provides = ''] = line.split('\t')
    return { name, version, provides }
  })
  return { state: 'unreached', why, system: { id, release, arch, installed } }
}

/** Installs packages from the host's sources or what promha has brought. What will come is noted first: it is known whose it is. */
import { dropPushFolder, pushMark } from '../change/staging.ts'
import { holdsLock } from '../lock/lock.ts'
import { begin, type Sections } from '../syntax/frame.ts'
import { command, quote } from '../syntax/quote.ts'
import { endEarly, type Script, script } from '../syntax/script.ts'
import { staticShell } from '../syntax/static.ts'
import { atWork, type Manager, repository, workDone } from './manager.ts'

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

/** A package of Debian. */
export interface Installed {
  readonly name: string
  readonly version: string
  /** As in its control file. */
  readonly provides: string
}

export interface SystemFacts {
  /** `debian` */
  readonly id: string
  /** `bookworm` */
  readonly release: string
  /** Debian's own word: `amd64`. */
  readonly arch: string
  readonly installed: readonly Installed[]
}

/** What apt says where it was not told, or could not be brought, what it needs; anything else is the host's own trouble. */
const unreachedSigns =
  'Unable to locate package|no installation candidate|but it is not (installable|going to be installed)|Failed to fetch|Unable to fetch|not available|Unable to satisfy dependencies|find an archive for it'
const troubleSigns = 'No space left|enough free space|fix-broken|dpkg was interrupted|held broken'

/** A package manager may wait for another one, and a slow disk for a large package. */
const installing = { parse: parseInstall, timeout: 1_800_000 }

/** Prints sections: `installed`, `failed`, `unreached` or `lost`, then `end`. */
export function installScript(request: InstallRequest): Script<InstallAnswer> {
  const lines = (nonce: string) => [
    ...opening(nonce, request),
    ...(request.manager === 'apt' ? byApt(nonce, request) : byDnf(nonce, request)),
  ]
  return script({ name: 'install', lines, ...installing })
}

/** A package that was pushed below {@link repository}. */
export interface BroughtPackage extends Pick<Installed, 'name' | 'version'> {
  /** Its name there: `keepalived_2.2.7-1_amd64.deb`. */
  readonly file: string
}

/** The same from what was brought. */
export function installBroughtScript(
  request: InstallRequest,
  brought: readonly BroughtPackage[],
): Script<InstallAnswer> {
  const place = quote(repository)
  const versions = new Map(brought.map(({ name, version }) => [name, version]))
  // What the host has of it already is no reason to take another one.
  const words = request.names.map(name => (versions.has(name) ? `${name}=${versions.get(name)}` : name))
  const files = brought.map(({ file }) => file)
  const lines = (nonce: string) => [
    ...opening(nonce, request),
    'half_unpacked',
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
    ...complete(nonce, request, words),
  ]
  return script({ name: 'install brought', lines, ...installing })
}

/** `asked` holds the names. */
function opening(nonce: string, { manager, names, run }: InstallRequest): readonly string[] {
  return [
    `if ${holdsLock(run)}; then :; else ${endEarly(nonce, 'lost')}; fi`,
    ...atWork(manager, 'install'),
    `printf '%s\\n' ${command(...names)} >asked`,
    staticShell('package/install.sh'),
    `failed() { tidy; ${begin(nonce, 'failed')}; told; ${workDone}; ${endEarly(nonce)}; }`,
  ]
}

function byApt(nonce: string, request: InstallRequest): readonly string[] {
  const names = command(...request.names)
  return [
    'half_unpacked',
    // Lists that are there may do, and then nothing but the packages themselves is fetched.
    `get() { manager -s install -- ${names} $half && cp log plan && manager -d install -- ${names} $half; }`,
    `unreached() { grep -qE ${quote(unreachedSigns)} log && ! grep -qE ${quote(troubleSigns)} log; }`,
    'if get; then :; elif unreached; then',
    '  manager update || :; cp log update',
    '  if get; then :; elif unreached; then',
    `    tidy; ${begin(nonce, 'unreached')}; { grep -aE '^(E|W|Err)[: ]' update; told; } | tail -n 15`,
    `    ${begin(nonce, 'system')}; . /etc/os-release; echo "$ID"; echo "$VERSION_CODENAME"; dpkg --print-architecture`,
    `    ${begin(nonce, 'have')}; dpkg-query -W -f='\${db:Status-Status}\\t\${Package}\\t\${Version}\\t\${Provides}\\n' | sed -n 's/^installed\\t//p'`,
    `    ${workDone}; ${endEarly(nonce)}`,
    '  else failed; fi',
    'else failed; fi',
    ...complete(nonce, request, request.names),
  ]
}

/** `plan` is what apt said that it would do: what is new has no old version in brackets. */
function complete(nonce: string, request: InstallRequest, words: readonly string[]): readonly string[] {
  return [
    "sed -n 's/^Inst \\([^ ]*\\) (.*/\\1/p' plan >new",
    // Their config was there before: it stays when they go.
    `dpkg-query -W -f='\${db:Status-Status} \${Package}\\n' | sed -n 's/^config-files //p' | grep -xFf new >>"$configured"`,
    // So it is where no package had put them there, and with a user of its name, whom its purge would delete.
    'eval "$(apt-config shell archives Dir::Cache::archives/d)"',
    `of() { for deb in "$archives$1"_*.deb ${quote(repository)}/"$1"_*.deb; do [ ! -f "$deb" ] || dpkg-deb -I "$deb" conffiles 2>/dev/null; done; }`,
    `while read -r one; do { of "$one" | while read -r file; do [ ! -e "$file" ] || echo yes; done; getent passwd -- "$one"; } | grep -q . && echo "$one"; done <new >>"$configured"`,
    'note',
    'begun',
    `quietly manager install -- ${command(...words)} $half`,
    ...outcome(nonce, request),
  ]
}

function outcome(nonce: string, { names }: InstallRequest): readonly string[] {
  return [
    'missing=no',
    `for name in ${command(...names)}; do has "$name" && disable "$name" && rm -f "$installing$name" || missing=yes; done`,
    `if [ $missing = no ]; then ${workDone}; ${endEarly(nonce, 'installed')}; fi`,
    'failed',
  ]
}

function byDnf(nonce: string, request: InstallRequest): readonly string[] {
  return [
    "all() { rpm -qa --qf '%{NAME}\\n' | sort -u; }",
    'all >had; grep -vxFf had asked >new',
    'note',
    'begun',
    `if quietly manager install -- ${command(...request.names)}; then all >after; comm -13 had after >new; note`,
    `elif grep -qiE 'no match for argument|unable to find a match|failed to download|cannot download|could not resolve|no enabled repositor|curl error' log; then`,
    `  tidy; ${begin(nonce, 'unreached')}; told; ${workDone}; ${endEarly(nonce)}`,
    'fi',
    ...outcome(nonce, request),
  ]
}

function parseInstall(found: Sections): InstallAnswer | undefined {
  const text = (section: string) => (found.get(section) ?? []).join('\n')
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

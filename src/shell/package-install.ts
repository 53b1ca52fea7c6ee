/**
 * Installs packages of the host's own system: from its own sources, or from the small repository that promha has brought.
 * What is about to come is noted before anything is installed, so that it is known whose it is even where the run ends.
 */
import { begin, preamble, sections } from './frame.ts'
import { configuredPackages, installingMark, packageNotes } from './layout.ts'
import { holdsLock } from './lock.ts'
import {
  atWork,
  disableFunction,
  type Manager,
  quietFunctions,
  repository,
  workDone,
} from './package-manager.ts'
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
  'Unable to locate package|no installation candidate|but it is not (installable|going to be installed)|Failed to fetch|Unable to fetch|not available|Unable to satisfy dependencies'
const troubleSigns = 'No space left|enough free space|fix-broken|dpkg was interrupted|held broken'

/** Prints sections: `installed`, `failed`, `unreached` or `lost`, then `end`. */
export function installScript(nonce: string, request: InstallRequest): string {
  return [
    ...opening(nonce, request),
    ...(request.manager === 'apt' ? byApt(nonce, request) : byDnf(nonce, request)),
  ].join('\n')
}

/** The same from the files that were pushed below {@link repository}: their names there. */
export function installBroughtScript(
  nonce: string,
  request: InstallRequest,
  files: readonly string[],
): string {
  const place = quote(repository)
  const quoted = request.names.map(quote).join(' ')
  return [
    ...opening(nonce, request),
    `trap ${quote(`rm -rf ${place}`)} EXIT`,
    `cd ${place} || exit 1`,
    ...files.flatMap(file => [
      command('mv', '-fT', '--', `.promha-new.${file}`, file),
      command('rm', '-f', '--', pushMark(`${repository}/${file}`)),
    ]),
    dropPushFolder,
    // What is trusted was verified before it was sent, and came by this connection.
    `for f in *.deb; do dpkg-deb -f "$f" && printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "$f" "$(stat -c %s "$f")" "$(sha256sum <"$f" | cut -c 1-64)"; done >Packages`,
    `echo 'deb [trusted=yes] file:${repository} ./' >sources.list; mkdir -p lists/partial`,
    'cd "$OLDPWD" || exit 1',
    `options='-o Dir::Etc::sourcelist=${repository}/sources.list -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=${repository}/lists -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Acquire::Languages=none -o APT::Sandbox::User=root'`,
    'manager update || failed',
    `manager -s install -- ${quoted} || failed`,
    'cp log plan',
    ...finish(nonce, request),
  ].join('\n')
}

function opening(nonce: string, { manager, run }: InstallRequest): readonly string[] {
  return [
    preamble,
    `if ${holdsLock(run)}; then :; else ${begin(nonce, 'lost')}; ${begin(nonce, 'end')}; exit 0; fi`,
    ...atWork(manager),
    `failed() { ${begin(nonce, 'failed')}; told; ${begin(nonce, 'end')}; ${workDone}; exit 0; }`,
    quietFunctions(),
    disableFunction,
  ]
}

function byApt(nonce: string, request: InstallRequest): readonly string[] {
  const names = request.names.map(quote).join(' ')
  return [
    // Lists that are there may do, and then nothing but the packages themselves is fetched.
    `get() { manager -s install -- ${names} && cp log plan && manager -d install -- ${names}; }`,
    `unreached() { grep -qE ${quote(unreachedSigns)} log && ! grep -qE ${quote(troubleSigns)} log; }`,
    'if get; then :; elif unreached; then',
    '  manager update || :; cp log update',
    '  if get; then :; elif unreached; then',
    `    ${begin(nonce, 'unreached')}; { grep -aE '^(E|W|Err)[: ]' update; told; } | tail -n 15`,
    `    ${begin(nonce, 'system')}; . /etc/os-release; echo "$ID"; echo "$VERSION_CODENAME"; dpkg --print-architecture`,
    `    ${begin(nonce, 'have')}; dpkg-query -W -f='\${db:Status-Status}\\t\${Package}\\t\${Version}\\t\${Provides}\\n' | sed -n 's/^installed\\t//p'`,
    `    ${begin(nonce, 'end')}; ${workDone}; exit 0`,
    '  else failed; fi',
    'else failed; fi',
    ...finish(nonce, request),
  ]
}

/** `plan` is what apt said that it would do: what is new has no old version in brackets. */
function finish(nonce: string, { names }: InstallRequest): readonly string[] {
  return [
    "sed -n 's/^Inst \\([^ ]*\\) (.*/\\1/p' plan >new",
    // Their config was there before: it stays when they go.
    `dpkg-query -W -f='\${db:Status-Status} \${Package}\\n' | sed -n 's/^config-files //p' | grep -xFf new >>${quote(configuredPackages)}`,
    // So it is where no package had put them there, and with a user of its name, whom its purge would delete.
    'eval "$(apt-config shell archives Dir::Cache::archives/d)"',
    `of() { for deb in "$archives$1"_*.deb ${quote(repository)}/"$1"_*.deb; do [ ! -f "$deb" ] || dpkg-deb -I "$deb" conffiles 2>/dev/null; done; }`,
    `while read -r one; do { of "$one" | while read -r file; do [ ! -e "$file" ] || echo yes; done; getent passwd -- "$one"; } | grep -q . && echo "$one"; done <new >>${quote(configuredPackages)}`,
    ...noted(names),
    ...begun(names),
    'hush || failed',
    `manager install -- ${names.map(quote).join(' ')}`,
    'unhush',
    ...outcome(nonce, names),
  ]
}

/** Until its own services are off a package does not count as installed. The mark holds the units that start at boot already. */
function begun(names: readonly string[]): readonly string[] {
  return names.map(name => {
    const mark = quote(installingMark(name))
    return `[ -e ${mark} ] || { systemctl list-unit-files --no-legend --state=enabled | cut -d ' ' -f 1 >enabled; cp enabled ${quote(packageNotes)}/.new && mv -fT ${quote(packageNotes)}/.new ${mark}; } || failed`
  })
}

/**
 * A note holds its package and all that came with it, others that were asked for left out. What is not new was left half
 * done by somebody else, or noted already.
 */
function noted(names: readonly string[]): readonly string[] {
  const notes = quote(packageNotes)
  return [
    `printf '%s\\n' ${names.map(quote).join(' ')} >asked`,
    'note() {',
    `  { echo "$1"; cat ${notes}/"$1" 2>/dev/null; grep -vxFf asked new; } | sort -u >noted`,
    `  cp noted ${notes}/.new && mv -fT ${notes}/.new ${notes}/"$1"`,
    '}',
    `while read -r name; do ! grep -qxF -e "$name" new || note "$name" || { echo "E: ${packageNotes} cannot be written" >>log; failed; }; done <asked`,
  ]
}

/** What is not there after all leaves no note, unless some of what was to come with it is. */
function outcome(nonce: string, names: readonly string[]): readonly string[] {
  return [
    'missing=no',
    ...names.map(name => {
      const mark = quote(installingMark(name))
      return `if has ${quote(name)}; then disable ${quote(name)} && rm -f ${mark} || missing=yes; else missing=yes; rm -f ${mark}; fi`
    }),
    `if [ $missing = no ]; then ${begin(nonce, 'installed')}; ${begin(nonce, 'end')}; ${workDone}; exit 0; fi`,
    ...names.map(name => {
      const note = quote(`${packageNotes}/${name}`)
      return `if [ -f ${note} ]; then left=no; while read -r one; do if has "$one"; then left=yes; fi; done <${note}; [ $left = yes ] || rm -f ${note}; fi`
    }),
    'failed',
  ]
}

function byDnf(nonce: string, { names }: InstallRequest): readonly string[] {
  const words = names.map(quote).join(' ')
  return [
    "all() { rpm -qa --qf '%{NAME}\\n' | sort -u; }",
    'all >before',
    `printf '%s\\n' ${words} >new`,
    ...noted(names),
    ...begun(names),
    'hush || failed',
    `if manager install -- ${words}; then unhush; all >after; comm -13 before after >new; while read -r name; do note "$name"; done <asked`,
    `else unhush; if grep -qiE 'no match for argument|unable to find a match|failed to download|cannot download|could not resolve|no enabled repositor|curl error' log; then`,
    `  ${names.map(name => `has ${quote(name)} || rm -f ${quote(`${packageNotes}/${name}`)}`).join('; ')}`,
    `  ${begin(nonce, 'unreached')}; told; ${begin(nonce, 'end')}; ${workDone}; exit 0; fi; fi`,
    ...outcome(nonce, names),
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

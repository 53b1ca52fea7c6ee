/** This machine's own apt with another `Dir`: it neither reads nor changes the settings, hooks, keys and lists of the machine. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Texts } from '../../diagnostic/problem.ts'
import { type ProgramResult, runProgram, systemEnvironment } from '../../process/run.ts'
import { makeRunDirectory } from '../../trust/private-directory.ts'
import { replaceFile } from '../../trust/replace-file.ts'
import { aptSettings } from './machine.ts'

export interface PrivateApt {
  /** Writes a file below its directory and answers the path. */
  readonly put: (name: string, content: string | Uint8Array) => Promise<string>
  readonly run: (program: 'apt-get' | 'apt-cache', args: readonly string[]) => Promise<ProgramResult>
}

const sources = 'etc/apt/sources.list'
const folders = [
  ...['etc/apt/apt.conf.d', 'etc/apt/sources.list.d', 'etc/apt/preferences.d'],
  ...['var/lib/apt/lists/partial', 'var/cache/apt/archives/partial'],
]
/** A slow line may take minutes for the list of a suite. */
const timeout = 1_800_000

/** One for hosts of that architecture, without any source; undefined if this machine has no apt. */
export async function openApt(arch: string, interrupt?: AbortSignal): Promise<PrivateApt | undefined> {
  requireWord(arch)
  const settings = await aptSettings()
  if (settings === undefined) return undefined
  const directory = makeRunDirectory('promha-apt-')
  for (const folder of folders) await mkdir(join(directory, folder), { recursive: true, mode: 0o700 })
  const put: PrivateApt['put'] = async (name, content) => {
    const path = join(directory, name)
    await replaceFile(path, content)
    return path
  }
  await put('status', '')
  await put(sources, '')
  const config = await put('apt.conf', configOf(directory, arch, settings))
  const environment = systemEnvironment({ ...proxies(), APT_CONFIG: config, TMPDIR: directory })
  return { put, run: (program, args) => runProgram(program, args, { environment, timeout, interrupt }) }
}

/** apt knows these variables in lower case only. */
function proxies(): Readonly<Record<string, string>> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy']
  const found = names.map(name => [name, process.env[name] ?? process.env[name.toUpperCase()] ?? ''])
  return Object.fromEntries(found.filter(([, value]) => value !== ''))
}

/** A host says its architecture and its release, which become part of apt's settings. */
function requireWord(text: string): void {
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(text))
    throw new Error(`not the name of a release or an architecture: ${JSON.stringify(text)}`)
}

function configOf(directory: string, arch: string, settings: string): string {
  return `${settings}Dir "${directory}";
Dir::State::status "${directory}/status";
Dir::Cache::srcpkgcache "";
APT::Architecture "${arch}";
APT::Architectures "${arch}";
APT::Sandbox::User "";
APT::Install-Recommends "false";
APT::Get::Remove "false";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
`
}

/** Fetches the lists of those suites, each only if one of the keyrings signed it. */
export async function update(
  apt: PrivateApt,
  suites: readonly { readonly uri: string; readonly suite: string }[],
  keyrings: readonly Buffer[],
): Promise<ProgramResult> {
  for (const { suite } of suites) requireWord(suite)
  const files = await Promise.all(keyrings.map((keyring, index) => apt.put(nameOf(keyring, index), keyring)))
  const signedBy = files.join(',')
  const lines = suites.map(({ uri, suite }) => `deb [signed-by=${signedBy}] ${uri} ${suite} main\n`)
  await apt.put(sources, lines.join(''))
  return apt.run('apt-get', ['-q', 'update'])
}

/** apt tells the two forms of a keyring apart by its name. */
function nameOf(keyring: Buffer, index: number): string {
  return `keyring-${index}.${keyring.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----') ? 'asc' : 'gpg'}`
}

/** What a signed list says of its suite, and how that was `asked` for. */
export type SuiteList = Texts<'asked' | 'origin' | 'label' | 'codename' | 'suite'>

/** The lists that apt has fetched and accepted. */
export async function acceptedLists(apt: PrivateApt): Promise<readonly SuiteList[]> {
  const fields = ['RELEASE', 'ORIGIN', 'LABEL', 'CODENAME', 'SUITE'].map(name => `$(${name})`).join('\t')
  const { stdout } = await apt.run('apt-get', ['indextargets', '--format', fields, 'Created-By: Packages'])
  return stdout.split('\n').map(line => {
    const [asked = '', origin = '', label = '', codename = '', suite = ''] = line.split('\t')
    return { asked, origin, label, codename, suite }
  })
}

/** apt's errors and warnings, for the detail of a problem. apt does not print the passwords in URLs. */
export function aptWords({ stdout, stderr }: ProgramResult): string {
  // Relations that are not met, and what would have to go.
  const facts = [...stdout.matchAll(/^ \S+ : .*(?:\n {6,}.*)*|^The following .* REMOVED:(?:\n {2}.*)+/gm)]
  const said = stderr.split('\n').filter(line => line.trim() !== '')
  return [...facts.map(([text]) => text.trim()), ...said].join('\n')
}

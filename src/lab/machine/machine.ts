/** What this machine must be and have before a lab can be made on it. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { machinePaths, readSources, resolveMirrorLists } from '../../artifact/debian/machine.ts'
import { ProblemError } from '../../diagnostic/problem.ts'
import { systemPath } from '../../process/run.ts'
import { labProblem } from '../messages.ts'
import type { TellProgress } from '../model.ts'
import { type ArchiveSuite, debianArchive } from './debian-archive.ts'
import { attempt, runHere } from './run.ts'

/** What has to be there, and Debian's package that brings it. */
const needed: readonly (readonly [file: string, debianPackage: string])[] = [
  ['mmdebstrap', 'mmdebstrap'],
  ['systemd-nspawn', 'systemd-container'],
  ['ip', 'iproute2'],
  ['ssh', 'openssh-client'],
  ['ssh-keygen', 'openssh-client'],
  ['flock', 'util-linux'],
  ['mount', 'mount'],
  ['/usr/share/keyrings/debian-archive-keyring.gpg', 'debian-archive-keyring'],
]

const elsewhere =
  "Run it on a Debian machine, or use the Vagrantfile of promha's repository, which gives the same four hosts."

/** Throws unless this is Linux and the user is root. */
export function requireRoot(): void {
  if (process.platform !== 'linux')
    throw new ProblemError([labProblem.notLinux({}, process.platform, elsewhere)])
  if (process.getuid?.() !== 0) throw new ProblemError([labProblem.notRoot({})])
}

/** Throws unless this is Debian. Returns the release's code name, where os-release says one. */
export async function requireDebian(): Promise<string | undefined> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1]
  if (field('ID') !== 'debian')
    throw new ProblemError([labProblem.notDebian({}, field('PRETTY_NAME'), elsewhere)])
  return field('VERSION_CODENAME')
}

function isThere(file: string): boolean {
  if (file.startsWith('/')) return existsSync(file)
  return systemPath.split(':').some(directory => existsSync(`${directory}/${file}`))
}

/** Installs those of Debian's packages that are missing, with fresh package lists where the present ones fail. */
export async function installMissing(onProgress: TellProgress): Promise<void> {
  const missing = needed.filter(([file]) => !isThere(file))
  if (missing.length === 0) return
  const packages = [...new Set(missing.map(([, debianPackage]) => debianPackage))]
  onProgress(`installing ${packages.join(', ')}`)
  const environment = { DEBIAN_FRONTEND: 'noninteractive' }
  const options = ['--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120']
  const install = ['install', ...options, ...packages]
  if ((await attempt('apt-get', install, { environment })).code === 0) return
  onProgress('fetching package lists')
  await runHere('fetching package lists', 'apt-get', ['update'], { environment })
  await runHere(`installing ${packages.join(', ')}`, 'apt-get', install, { environment })
}

/** Debian's archive as this machine's own apt knows it, at the address of one mirror. */
export async function machineArchive(codename: string | undefined): Promise<ArchiveSuite> {
  const found = debianArchive(await readSources(machinePaths), codename)
  if (found === undefined) throw new ProblemError([labProblem.noArchive({}, codename)])
  const [mirror = found.source] = await resolveMirrorLists([found.source])
  return { ...found, source: mirror }
}

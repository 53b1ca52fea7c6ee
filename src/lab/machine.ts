/** What this machine must be and have before a lab can be made on it. */
import { access, constants, readFile } from 'node:fs/promises'
import { machinePaths, readSources, resolveMirrorLists } from '../artifact/debian/machine.ts'
import { error, ProblemError } from '../diagnostic/problem.ts'
import { type ArchiveSuite, debianArchive } from './debian-archive.ts'
import type { Progress } from './model.ts'
import { attempt, run, searchPath } from './process.ts'

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
  if (process.platform !== 'linux') {
    throw new ProblemError([
      error(`a lab needs Linux, and this is ${process.platform}`, {
        remedy: elsewhere,
      }),
    ])
  }
  if (process.getuid?.() !== 0) {
    throw new ProblemError([
      error('a lab needs root: it makes mounts, network interfaces and booted systems', {
        remedy: 'Run the same command as root, or with sudo.',
      }),
    ])
  }
}

/** Throws unless this is Debian. Returns the release's code name, where os-release says one. */
export async function requireDebian(): Promise<string | undefined> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1]
  if (field('ID') !== 'debian') {
    throw new ProblemError([
      error(`a lab needs Debian, and this is ${field('PRETTY_NAME') ?? 'a system without /etc/os-release'}`, {
        remedy: elsewhere,
      }),
    ])
  }
  return field('VERSION_CODENAME')
}

async function present(file: string): Promise<boolean> {
  const candidates = file.startsWith('/')
    ? [file]
    : searchPath.split(':').map(directory => `${directory}/${file}`)
  const found = await Promise.all(
    candidates.map(candidate =>
      access(candidate, constants.R_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}

/** Installs those of Debian's packages that are missing, with fresh package lists where the present ones fail. */
export async function installMissing(onProgress: Progress): Promise<void> {
  const missing = new Set<string>()
  for (const [file, debianPackage] of needed) if (!(await present(file))) missing.add(debianPackage)
  if (missing.size === 0) return
  const packages = [...missing]
  onProgress(`installing ${packages.join(', ')}`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const install = [
    'install',
    '--yes',
    '--no-install-recommends',
    '-o',
    'DPkg::Lock::Timeout=120',
    ...packages,
  ]
  if ((await attempt('apt-get', install, { env })).code === 0) return
  onProgress('fetching package lists')
  await run('fetching package lists', 'apt-get', ['update'], { env })
  await run(`installing ${packages.join(', ')}`, 'apt-get', install, { env })
}

/** Debian's archive as this machine's own apt knows it, at the address of one mirror. */
export async function machineArchive(codename: string | undefined): Promise<ArchiveSuite> {
  const found = debianArchive(await readSources(machinePaths), codename)
  if (found === undefined) {
    throw new ProblemError([
      error("none of this machine's apt sources is Debian's own archive", {
        detail: 'Looked in /etc/apt/sources.list and /etc/apt/sources.list.d for a "main" of a plain suite.',
        remedy: `Add one, for example: deb http://MIRROR/debian ${codename ?? 'stable'} main`,
      }),
    ])
  }
  const [mirror = found.source] = await resolveMirrorLists([found.source])
  return { ...found, source: mirror }
}

/** How this machine's apt reaches the archive (proxy, checks of dates), as lines of an apt.conf. */
export async function machineAptOptions(): Promise<string> {
  const dump = await attempt('apt-config', ['dump'])
  const kept =
    /^Acquire::(https?::(Proxy|CaInfo|Verify-Peer)\b.*|Check-Valid-Until|Check-Date|Retries) ".+";$/i
  return dump.stdout
    .split('\n')
    .filter(line => kept.test(line))
    .map(line => `${line}\n`)
    .join('')
}

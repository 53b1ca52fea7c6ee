/** The base tree that all hosts share: made once, trusted only when complete. */
import { createHash } from 'node:crypto'
import { access, chmod, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { arch } from 'node:os'
import { requireOurs } from '../trust/foreign-problem.ts'
import { writeNew } from '../trust/replace-file.ts'
import type { ArchiveSuite } from './debian-archive.ts'
import { withLock } from './lock.ts'
import type { Progress } from './model.ts'
import { removeTree } from './mounts.ts'
import { labRoot } from './paths.ts'
import { run } from './process.ts'

/** What a minimal server has. No Python, no curl: nothing may come to need them. */
const packages = ['systemd', 'systemd-sysv', 'dbus', 'openssh-server', 'sudo', 'iproute2', 'procps']

/** Run inside the new tree: what is the same on every host. Host keys and the like are each host's own. */
const finish = `set -eu
useradd --create-home --shell /bin/bash ops
install -d -m 700 -o ops -g ops /home/ops/.ssh
install -d -m 700 /root/.ssh
echo 'ops ALL=(ALL:ALL) NOPASSWD: ALL' > /etc/sudoers.d/ops
chmod 440 /etc/sudoers.d/ops
rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub /etc/apt/apt.conf.d/99mmdebstrap /etc/machine-id
rm -f /etc/resolv.conf /etc/hostname /etc/hosts
: > /etc/resolv.conf
systemctl enable systemd-networkd
systemctl mask systemd-networkd-wait-online.service systemd-resolved.service
# None of them has anything to do on such a host, and together they cost as much as the rest of each daemon-reload.
install -d /etc/systemd/system-generators
for generator in /usr/lib/systemd/system-generators/*; do
  ln -s /dev/null "/etc/systemd/system-generators/\${generator##*/}"
done
`

/**
 * The directory of the base tree, made first where it is not there yet (about 25 s). A build that is killed
 * leaves nothing that a later one trusts, and two at once wait for each other.
 */
export async function ensureBase(
  archive: ArchiveSuite,
  aptOptions: string,
  onProgress: Progress,
): Promise<string> {
  const recipe = JSON.stringify([archive.suite, arch(), packages, finish])
  const base = `${labRoot}/base-${createHash('sha256').update(recipe).digest('hex').slice(0, 12)}`
  requireOurs(base, 'the base system of the hosts cannot be used')
  if (await exists(base)) return base
  return withLock('base', async () => {
    if (await exists(base)) return base
    await removePartial()
    onProgress(
      `making the base system of the hosts (Debian ${archive.suite} from ${withoutLogin(archive.source.uri)})`,
    )
    await build(base, archive, aptOptions)
    return base
  })
}

async function build(base: string, { source, suite }: ArchiveSuite, aptOptions: string): Promise<void> {
  // A name of its own, since what a killed build started may go on for a moment.
  const partial = `${base}.partial-${process.pid}-${Date.now()}`
  const options = `${partial}.conf`
  await mkdir(labRoot, { recursive: true, mode: 0o755 })
  // A proxy's address may hold a password, so it travels in a file and not in an argument.
  await writeNew(options, aptOptions)
  const args = ['--quiet', '--variant=minbase', `--include=${packages.join(',')}`, `--aptopt=${options}`]
  const mirror = `deb ${source.uri} ${suite} main`
  const program = ['--pdeathsig', 'TERM', 'mmdebstrap', ...args, suite, partial, mirror]
  await run('making the base system of the hosts', 'setpriv', program)
  await run('finishing the base system of the hosts', 'chroot', [partial, '/bin/sh'], { input: finish })
  await chmod(partial, 0o755)
  await rm(options, { force: true })
  await rename(partial, base)
}

async function removePartial(): Promise<void> {
  const names = await readdir(labRoot).catch(() => [])
  const partial = names.filter(name => /^base-[0-9a-f]+\.partial/.test(name))
  // One that something still writes to goes the next time.
  for (const name of partial) await removeTree(`${labRoot}/${name}`).catch(() => undefined)
}

/** Removes every base tree that is not in `used`. */
export async function purgeBases(used: ReadonlySet<string>): Promise<string[]> {
  return withLock('base', async () => {
    await removePartial()
    const names = await readdir(labRoot).catch(() => [])
    const bases = names.filter(name => /^base-[0-9a-f]+$/.test(name)).map(name => `${labRoot}/${name}`)
    const unused = bases.filter(base => !used.has(base))
    for (const base of unused) await removeTree(base)
    return unused
  })
}

function withoutLogin(uri: string): string {
  return uri.replace(/\/\/[^/@]*@/, '//')
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

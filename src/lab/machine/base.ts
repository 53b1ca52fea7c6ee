/** The base tree that all hosts share: made once, trusted only when complete. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { arch } from 'node:os'
import { requireOurs } from '../../trust/foreign-problem.ts'
import { writeNew } from '../../trust/replace-file.ts'
import { withLock } from '../lock.ts'
import type { TellProgress } from '../model.ts'
import type { ArchiveSuite } from './debian-archive.ts'
import { removeTree } from './mounts.ts'
import { labRoot } from './paths.ts'
import { runHere } from './run.ts'

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

/** The base tree's directory, made if need be (about 25 s). A killed build leaves nothing trusted; two at once take turns. */
export async function ensureBase(
  archive: ArchiveSuite,
  apt: string,
  onProgress: TellProgress,
): Promise<string> {
  const recipe = JSON.stringify([archive.suite, arch(), packages, finish])
  const base = `${labRoot}/base-${createHash('sha256').update(recipe).digest('hex').slice(0, 12)}`
  requireOurs(base, 'the base system of the hosts cannot be used')
  if (existsSync(base)) return base
  return withLock('base', async () => {
    if (existsSync(base)) return base
    await removePartial()
    const mirror = archive.source.uri.replace(/\/\/[^/@]*@/, '//')
    onProgress(`making the base system of the hosts (Debian ${archive.suite} from ${mirror})`)
    await build(base, archive, apt)
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
  await runHere('making the base system of the hosts', 'setpriv', program)
  await runHere('finishing the base system of the hosts', 'chroot', [partial, '/bin/sh'], { input: finish })
  await chmod(partial, 0o755)
  await rm(options, { force: true })
  await rename(partial, base)
}

async function basesLike(pattern: RegExp): Promise<string[]> {
  const names = await readdir(labRoot).catch(() => [])
  return names.filter(name => pattern.test(name)).map(name => `${labRoot}/${name}`)
}

async function removePartial(): Promise<void> {
  // One that something still writes to goes the next time.
  for (const tree of await basesLike(/^base-[0-9a-f]+\.partial/))
    await removeTree(tree).catch(() => undefined)
}

/** Removes every base tree that is not in `used`. */
export async function purgeBases(used: ReadonlySet<string>): Promise<void> {
  await withLock('base', async () => {
    await removePartial()
    for (const base of await basesLike(/^base-[0-9a-f]+$/)) if (!used.has(base)) await removeTree(base)
  })
}

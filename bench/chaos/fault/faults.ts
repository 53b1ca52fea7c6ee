/** What happens to a host, or to promha, in the middle of an apply; and how the cause is taken away again. */

import { until } from '../../../src/lab/wait.ts'
import { stagingOf } from '../../../src/shell/change/staging.ts'
import { cutHost, healHost, killHost, rebootHost, startHost } from '../../../test/e2e/support/faults.ts'
import { query } from '../../../test/e2e/support/observe.ts'
import type { Launched } from '../../breaking/launch.ts'
import { replicas, type World } from '../site.ts'

export interface Scene {
  readonly world: World
  readonly host: string
  /** The run that is to be hit. Not there yet where the fault comes first. */
  readonly run?: Launched
  /** The value that the rules and the flags were turned to. */
  readonly turn: number
}

export interface Fault {
  readonly name: string
  readonly inject: (scene: Scene) => Promise<void>
  /** Takes the cause away. What the run left is for the next one to put right. */
  readonly heal: (scene: Scene) => Promise<void>
}

const of = ({ world, host }: Scene) => ({ name: world.fleet.lab().name, host })
const nothing = async () => {}

/** A fault that is a script on the host, run as root and without its network. */
function onHost(name: string, inject: (scene: Scene) => string, heal: (scene: Scene) => string): Fault {
  return {
    name,
    inject: async scene => void (await scene.world.fleet.inside(scene.host, inject(scene))),
    heal: async scene => void (await scene.world.fleet.inside(scene.host, heal(scene))),
  }
}

/** Ends the processes of every login, but not the one that listens. */
const endSessions = `
for process in /proc/[0-9]*; do
  case "$(tr '\\0' ' ' <$process/cmdline 2>/dev/null)" in
    *listener*) ;;
    sshd:*) kill -9 "\${process#/proc/}" || : ;;
  esac
done`

const answering = async ({ world, host }: Scene) => {
  await until(`sshd on ${host} to take logins`, 30_000, () =>
    world.fleet.onHost(host, 'true').then(
      () => true,
      () => false,
    ),
  )
}

/**
 * The network is whole again when those who lost each other have found each other, a scrape and a gossip later. What is
 * down for another reason is not waited for.
 */
async function together({ world: { fleet } }: Scene): Promise<void> {
  const whole = async (host: string) => {
    const [up] = await query(fleet, host, 'min(up)')
    const [members] = await query(fleet, host, 'min(alertmanager_cluster_members)')
    return up?.value[1] === '1' && members?.value[1] === '2'
  }
  await until('the hosts to see each other', 20_000, async () => {
    const found = await Promise.all(replicas.map(host => whole(host).catch(() => true)))
    return found.every(Boolean)
  }).catch(() => undefined)
}

export const killed: Fault = {
  name: 'SIGKILL of promha',
  inject: async ({ run }) => run?.kill('SIGKILL'),
  heal: nothing,
}

export const sessionsEnded: Fault = onHost(
  'connection killed',
  () => endSessions,
  () => ':',
)

export const refused: Fault = {
  name: 'host unreachable',
  inject: async ({ world, host }) => {
    await world.fleet.inside(host, `systemctl stop ssh.service${endSessions}`)
  },
  heal: async scene => {
    await scene.world.fleet.inside(scene.host, 'systemctl start ssh.service')
    await answering(scene)
  },
}

export const cut: Fault = {
  name: 'connection cut silently',
  inject: scene => cutHost(of(scene)),
  heal: async scene => {
    await healHost(of(scene))
    await together(scene)
  },
}

export const rebooted: Fault = {
  name: 'host rebooted',
  inject: scene => rebootHost(of(scene)),
  heal: nothing,
}

export const powerless: Fault = {
  name: 'power cut',
  inject: scene => killHost(of(scene)),
  heal: async scene => {
    await startHost(of(scene))
    await together(scene)
  },
}

export const unprivileged: Fault = onHost(
  'sudo withdrawn',
  () => 'mv /etc/sudoers.d/ops /root/sudoers.ops',
  () => 'mv /root/sudoers.ops /etc/sudoers.d/ops',
)

/** No room for one more file where promha stages. */
export const stagingFull: Fault = onHost(
  'disk full (staging)',
  () => `d=${stagingOf('x').replace(/\/x$/, '')}; mkdir -p $d; mount -t tmpfs -o nr_inodes=1 none $d`,
  () => `umount ${stagingOf('x').replace(/\/x$/, '')}`,
)

/** `spare`: how many files more than there are find room among the rules. */
export function rulesFull(spare: number): Fault {
  return onHost(
    `disk full (config, room for ${spare})`,
    () => `cd /etc/prometheus/rules; n=$(find . | wc -l)
mount -t tmpfs -o mode=750,nr_inodes=$((n + ${spare})) none /mnt; chown root:prometheus /mnt
cp -p ./* /mnt; mount --bind /mnt /etc/prometheus/rules`,
    () => 'umount /etc/prometheus/rules /mnt',
  )
}

/** As root would see it at its start; what the old process has open stays open. */
export const dataFull: Fault = onHost(
  'disk full (data)',
  () =>
    'mount -t tmpfs -o nr_inodes=1,mode=750 none /var/lib/prometheus; chown prometheus: /var/lib/prometheus',
  () => 'umount /var/lib/prometheus; systemctl restart prometheus',
)

export const binFull: Fault = onHost(
  'disk full (programs)',
  () => 'mount -t tmpfs -o size=8m none /usr/local/bin',
  () => 'umount /usr/local/bin',
)

/** Whatever runs with the new flag ends after 5 s, however often it is started. */
export const crashing: Fault = onHost(
  'crash after 5 s',
  ({ turn }) => `cat >/root/gremlin <<'END'
while :; do
  pid=$(systemctl show -p MainPID --value prometheus)
  if tr '\\0' '\\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -q 'concurrency=${turn}$'; then
    sleep 5; kill -ABRT "$pid"
  fi
  sleep 0.2
done
END
systemd-run -q --unit=gremlin sh /root/gremlin`,
  () => 'systemctl stop gremlin; rm /root/gremlin',
)

/** Promha's check runs as root and may read what Prometheus may not. */
export const unloadable: Fault = {
  name: 'config passes the check, does not load',
  inject: async ({ world }) => {
    await world.fleet.onAll('echo x >/root/ca.pem; chmod 600 /root/ca.pem', ['mon-a', 'mon-b'])
    await world.site.edit(({ cells }) => {
      cells.lab.prometheus.remote_write = [
        { url: 'https://127.0.0.1:9/', tls_config: { ca_file: '/root/ca.pem' } },
      ]
    })
  },
  heal: async ({ world }) => {
    await world.site.edit(({ cells }) => {
      delete cells.lab.prometheus.remote_write
    })
    await world.fleet.onAll('rm -f /root/ca.pem', ['mon-a', 'mon-b'])
  },
}

/** Tries every millisecond: a program that has to start first loses against a Prometheus that restarts. */
const thief = [
  '/usr/bin/perl -MIO::Socket::INET -e',
  `'sub take { IO::Socket::INET->new(LocalPort => 9090, Listen => 5, ReuseAddr => 1) }`,
  `until ($port = take()) { select(undef, undef, undef, 0.001) } sleep'`,
].join(' ')

/** Takes the port in the moment in which Prometheus lets it go. */
export const portTaken: Fault = onHost(
  'port taken',
  () => `systemd-run -q --unit=thief ${thief}`,
  () => 'systemctl stop thief',
)

/** Another program has it before promha looks. */
export const portHeld: Fault = onHost(
  'port taken',
  () => `systemctl stop prometheus; systemd-run -q --unit=thief ${thief}`,
  () => 'systemctl stop thief',
)

/** Nobody told promha. */
export const stopped: Fault = onHost(
  'replica stopped',
  () => 'systemctl stop prometheus',
  () => ':',
)

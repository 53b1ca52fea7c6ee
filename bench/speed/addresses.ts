/** What `plan` costs on 500 host addresses, which are those of five lab hosts, against OpenSSH that runs `true` on each. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { address, subnetCount } from '../../src/lab/host/addresses.ts'
import { labDown, labUp } from '../../src/lab/index.ts'
import type { Lab, LabHost } from '../../src/lab/model.ts'
import { measure, median } from './measure.ts'
import type { Row } from './table.ts'

const machines = 5
const each = 100
const count = machines * each
/** OpenSSH clients at once. */
const clients = 40
/** Milliseconds of CPU for each host. */
const cpuLimit = 12

interface Found {
  readonly plan: number[]
  readonly ssh: number[]
  /** Milliseconds of promha's CPU for each host. */
  readonly cpu: number[]
  memory: number
}

/** Boots a lab of this name, and takes it down at the end. */
export async function measureAddresses(
  name: string,
  directory: string,
  promha: readonly string[],
  rounds: number,
): Promise<readonly Row[]> {
  await labDown({ name })
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const lab = await labUp({ name, hosts: machines, directory })
  const routes: string[] = []
  try {
    lab.hosts.forEach((host, block) => void routes.push(addAddresses(lab, host, block)))
    const files = writeFiles(lab)
    const [node = '', ...rest] = promha
    const plan = () => measure(node, [...rest, 'plan', files.inventory, '--json'], { codes: [2] })
    const ssh = () => measure('xargs', ['-a', files.targets, '-P', String(clients), '-n', '1', ...files.ssh])
    // The first one writes the lock file, and what the machine keeps of both is warm.
    await plan()
    const found: Found = { plan: [], ssh: [], cpu: [], memory: 0 }
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`${count} addresses, round ${round} of ${rounds}\n`)
      found.ssh.push((await ssh()).seconds)
      const run = await plan()
      requireAll(run.stdout)
      found.plan.push(run.seconds)
      found.cpu.push((run.cpu * 1000) / count)
      found.memory = Math.max(found.memory, run.memory)
    }
    return rowsOf(found)
  } finally {
    for (const route of routes) execFileSync('ip', ['route', 'del', route])
    await labDown({ name })
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Gives the host a hundred addresses out of a /24 that no lab has, and this machine the way there, which is returned. */
function addAddresses(lab: Lab, { name, address: own, user }: LabHost, block: number): string {
  const script = [
    'set -e',
    `for n in $(seq ${each}); do ip address add ${blockAddress(block, 0).replace(/0$/, '')}$n/32 dev lo; done`,
    // As many clients as that would not all come to one host.
    'echo "MaxStartups 200" >/etc/ssh/sshd_config.d/bench.conf',
    'systemctl restart ssh',
  ].join('\n')
  const shell = user === 'root' ? ['sh'] : ['sudo', 'sh']
  execFileSync('ssh', ['-F', lab.sshConfig, name, ...shell], { input: script })
  const route = `${blockAddress(block, 0)}/24`
  execFileSync('ip', ['route', 'replace', route, 'via', own])
  return route
}

/** Labs take the lowest free networks, so these are the highest. */
function blockAddress(block: number, last: number): string {
  return address(subnetCount - 1 - block, last)
}

interface Files {
  readonly inventory: string
  /** One address a line. */
  readonly targets: string
  /** OpenSSH's command line, which an address and `true` complete. */
  readonly ssh: readonly string[]
}

function writeFiles({ directory, hosts }: Lab): Files {
  const known = readFileSync(join(directory, 'known_hosts'), 'utf8').trim().split('\n')
  const all = hosts.flatMap((host, block) =>
    Array.from({ length: each }, (_, n) => ({ host, address: blockAddress(block, n + 1) })),
  )
  const keys = all.flatMap(one =>
    known
      .filter(line => line.startsWith(`${one.host.name},`))
      .map(line => `${one.address} ${line.replace(/^\S+ /, '')}\n`),
  )
  const put = (file: string, text: string) => {
    writeFileSync(join(directory, file), text)
    return join(directory, file)
  }
  const knownHosts = put('known_hosts_500', keys.join(''))
  const config = put(
    'ssh_config_500',
    [
      'Host *',
      `  IdentityFile ${directory}/id_ed25519`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${knownHosts}`,
      '  BatchMode yes',
      ...hosts.flatMap(({ user }, block) => [
        `Host ${blockAddress(block, 0).replace(/0$/, '*')}`,
        `  User ${user}`,
      ]),
      '',
    ].join('\n'),
  )
  const site = {
    promha: 1,
    ssh: { config },
    artifacts: { from: 'debian', suite: 'forky' },
    hosts: Object.fromEntries(
      all.map(({ host, address: own }, n) => [
        `host-${n + 1}`,
        { address: own, ...(host.user === 'root' ? { ssh: { sudo: false } } : {}) },
      ]),
    ),
    cells: { c: { exporters: { node: { hosts: ['all'] } } } },
  }
  return {
    inventory: put('inventory_500.yml', stringify(site)),
    targets: put('targets', all.map(({ address: own }) => `${own}\n`).join('')),
    ssh: ['sh', '-c', `exec ssh -F ${config} "$0" true`],
  }
}

/** A host that was not reached would be a host that took no time. */
function requireAll(json: string): void {
  const { hosts } = JSON.parse(json) as { hosts: Record<string, { status: string }> }
  const seen = Object.values(hosts).filter(({ status }) => status === 'differs').length
  if (seen !== count) throw new Error(`the plan has ${seen} of ${count} hosts`)
}

function rowsOf({ plan, ssh, cpu, memory }: Found): readonly Row[] {
  return [
    {
      what: `plan, ${count} host addresses / OpenSSH HOST true, ${clients} at a time`,
      ours: `${median(plan).toFixed(2)} s`,
      theirs: `${median(ssh).toFixed(2)} s`,
      ratio: median(plan) / median(ssh),
      limit: 0.5,
    },
    {
      what: `CPU of promha in it, a host / ${cpuLimit} ms (peak memory ${memory.toFixed(0)} MB)`,
      ours: `${median(cpu).toFixed(1)} ms`,
      theirs: `${cpuLimit} ms`,
      ratio: median(cpu) / cpuLimit,
      limit: 1.0,
    },
  ]
}

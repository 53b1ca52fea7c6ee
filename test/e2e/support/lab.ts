/** Real hosts for end-to-end tests, and a way to look at them that does not go through promha. */
import { rm } from 'node:fs/promises'
import { execa } from 'execa'
import { labName } from '../../../scripts/testing/lab-names.mjs'
import { type Lab, type LabHost, labDown, labStatus, labUp } from '../../../src/lab/index.ts'

export interface HeldLab {
  /** The lab; throws where it is asked for before the `before` hook has run. */
  lab(): Lab
  host(name: string): LabHost
  /** Runs a POSIX shell script as root on a host by OpenSSH; a failing script rejects. Gives its stdout. */
  onHost(name: string, script: string): Promise<string>
  /** Like `onHost` but through the host's namespaces, so it works while its cable is pulled or its sshd is off. */
  inside(name: string, script: string): Promise<string>
}

/** Labs are left as they are, before and after. */
export const keep = process.env.PROMHA_KEEP_LAB === '1'

/** Boots a lab of this name. What an earlier run left in it is thrown away first, unless PROMHA_KEEP_LAB=1 keeps it. */
export async function bringUp(name: string, hosts?: number, directory = ownDirectory(name)): Promise<Lab> {
  if (!keep) await labDown({ name })
  return labUp({ name, directory, ...(hosts === undefined ? {} : { hosts }) })
}

export async function takeDown(name: string): Promise<void> {
  if (keep) return
  await labDown({ name })
  await rm(ownDirectory(name), { recursive: true, force: true })
}

const ownDirectory = (name: string) => `/tmp/promha-test-${name}`

/**
 * Inside a `describe`: brings a lab up before its tests and takes it down after them, with what an earlier
 * run left in it thrown away first. PROMHA_KEEP_LAB=1 keeps it, before and after, to look at or to save time.
 */
export function useLab(options: {
  /** Tells it from this process's other labs. */
  readonly name: string
  readonly hosts?: number
  readonly directory?: string
}): HeldLab {
  const name = labName(options.name)
  let lab: Lab | undefined

  before(async function () {
    this.timeout(300_000)
    lab = await bringUp(name, options.hosts, options.directory)
  })

  after(async function () {
    this.timeout(60_000)
    await takeDown(name)
  })

  const current = () => {
    if (lab === undefined) throw new Error(`the lab ${name} is not up yet`)
    return lab
  }
  const host = (wanted: string) => {
    const found = current().hosts.find(candidate => candidate.name === wanted)
    if (found === undefined) throw new Error(`the lab ${name} has no host ${wanted}`)
    return found
  }
  return {
    lab: current,
    host,
    onHost: (wanted, script) => overSsh(current(), host(wanted), script),
    inside: (wanted, script) => throughNamespaces(current(), host(wanted), script),
  }
}

/** Runs a script as root on a host, over OpenSSH. */
export async function overSsh(lab: Lab, host: LabHost, script: string): Promise<string> {
  const shell = host.user === 'root' ? ['sh', '-eu'] : ['sudo', '-n', 'sh', '-eu']
  const result = await execa('ssh', ['-F', lab.sshConfig, '-o', 'BatchMode=yes', host.name, ...shell], {
    input: script,
  })
  return result.stdout
}

/** Runs a script as root in a host's namespaces, without its network. */
export async function throughNamespaces(lab: Lab, host: LabHost, script: string): Promise<string> {
  // The host may have been rebooted since the lab came up, so its init is looked up anew.
  const now = await labStatus({ name: lab.name })
  const pid = now?.hosts.find(candidate => candidate.name === host.name)?.pid
  if (pid === undefined) throw new Error(`${host.name} is off`)
  const enter = ['--target', String(pid), '--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wdns=/']
  const result = await execa('nsenter', [...enter, 'sh', '-eu'], { input: script })
  return result.stdout
}

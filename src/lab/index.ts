/** A lab: several real hosts on this machine, with sshd, systemd and addresses of their own. */
import { mkdir, rmdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { error, ProblemError, throwErrors } from '../diagnostic/problem.ts'
import { countProblem, freeIndex, linkName, machineName, nameProblem, planHosts } from './addresses.ts'
import { ensureBase, purgeBases } from './base.ts'
import { isOn, powerOff, powerOn } from './boot.ts'
import { initPid } from './cgroup.ts'
import { clearDirectory, writeDirectory } from './directory.ts'
import { withLock } from './lock.ts'
import { installMissing, machineAptOptions, machineArchive, requireDebian, requireRoot } from './machine.ts'
import type { Lab, LabState, Progress } from './model.ts'
import { removeTree } from './mounts.ts'
import { ensureBridge, knownRoutes, raiseInotifyLimit, removeBridge, removeLink } from './network.ts'
import { hostPaths, labPaths, labRoot } from './paths.ts'
import { ensureKey, prepareHost } from './prepare.ts'
import { waitUntilUp } from './ready.ts'
import { allStates, readState, writeState } from './state.ts'
import { allOrProblems } from './wait.ts'

export type { Lab, LabHost, Progress } from './model.ts'

interface UpOptions {
  /** Default `lab`. */
  readonly name?: string
  /** Default: as many as the lab has, 4 for a new one. */
  readonly hosts?: number
  /** Where to write ssh_config and the rest; default: where they were, `.lab` or `.lab-NAME` for a new one. */
  readonly directory?: string
  readonly onProgress?: Progress
}

/**
 * Brings a lab up: makes what is missing, clears what a killed run or a restart of the machine left, and
 * returns when every host can be logged in to. A lab that is up is left as it is.
 * Throws a ProblemError that names each host that did not come up.
 */
export async function labUp(options: UpOptions = {}): Promise<Lab> {
  const { name = 'lab', onProgress = () => undefined } = options
  requireRoot()
  throwErrors(
    [nameProblem(name), options.hosts === undefined ? undefined : countProblem(options.hosts)].filter(
      isThere,
    ),
  )
  const codename = await requireDebian()
  // apt takes no two at once.
  await withLock('packages', () => installMissing(onProgress))
  return withLock(`lab-${name}`, async () => {
    // Made before the labs' lock is taken, so that a first build holds up no other lab.
    if ((await readState(name)) === undefined) await findBase(codename, onProgress)
    const state = await withLock('labs', () => recordLab(name, codename, options))
    await ensureKey(name)
    await ensureBridge(state.index)
    await raiseInotifyLimit(state.hosts.length)
    const running = await Promise.all(state.hosts.map(host => isOn(state, host.name)))
    const off = state.hosts.filter((_, position) => !running[position])
    if (off.length > 0) onProgress(`booting ${off.map(host => host.name).join(', ')}`)
    await allOrProblems(state.hosts.map(host => prepareHost(state, host)))
    const written = await writeDirectory(state)
    await writeState(written)
    await allOrProblems(
      state.hosts.map(async host => {
        if (off.includes(host)) await powerOn(state, host.name)
        await waitUntilUp(state, host)
        if (off.includes(host)) onProgress(`${host.name} is up at ${host.address}`)
      }),
    )
    return describe(written)
  })
}

async function findBase(codename: string | undefined, onProgress: Progress): Promise<string> {
  return ensureBase(await machineArchive(codename), await machineAptOptions(), onProgress)
}

/** `.lab` for the one that has no name of its own, as the shipped inventories expect it. */
function usualDirectory(name: string): string {
  return name === 'lab' ? '.lab' : `.lab-${name}`
}

/** Finds or makes the lab's record, so that what follows can be taken up again wherever it is cut off. */
async function recordLab(name: string, codename: string | undefined, options: UpOptions): Promise<LabState> {
  const known = await readState(name)
  const progress = options.onProgress ?? (() => undefined)
  const directory = resolve(options.directory ?? known?.directory ?? usualDirectory(name))
  const states = await allStates()
  const owner = states.find(state => state.directory === directory && state.name !== name)
  if (owner !== undefined) {
    throw new ProblemError([
      error(
        `${directory} is the directory of the lab "${owner.name}": its SSH configuration would be overwritten`,
        {
          remedy: `Name another one with --dir, or run "promha lab down --name ${owner.name}" first.`,
        },
      ),
    ])
  }
  if (known === undefined) {
    const base = await findBase(codename, progress)
    const taken = new Set(states.map(state => state.index))
    const index = freeIndex(name, taken, await knownRoutes())
    if (index === undefined)
      throw new ProblemError([error('no /24 of 198.18.0.0/15 is free on this machine')])
    await removeTree(labPaths(name).home)
    await mkdir(labPaths(name).hosts, { recursive: true, mode: 0o700 })
    const state: LabState = {
      format: 1,
      name,
      index,
      directory,
      base,
      hosts: planHosts(index, options.hosts ?? 4),
    }
    await writeState(state)
    return state
  }
  const count = options.hosts ?? known.hosts.length
  if (count < known.hosts.length) {
    throw new ProblemError([
      error(`the lab "${name}" has ${known.hosts.length} hosts already and ${count} were asked for`, {
        remedy: `It can grow but not shrink: run "promha lab down --name ${name}" first.`,
      }),
    ])
  }
  const state: LabState = { ...known, directory, hosts: planHosts(known.index, count) }
  await writeState(state)
  return state
}

interface DownOptions {
  readonly name?: string
  /** Removes the base trees too that no other lab uses. */
  readonly purge?: boolean
  readonly onProgress?: Progress
}

/** Shuts the hosts down and removes all of the lab, their file systems included. True where there was one. */
export async function labDown(options: DownOptions = {}): Promise<boolean> {
  const { name = 'lab', purge = false, onProgress = () => undefined } = options
  requireRoot()
  throwErrors([nameProblem(name)].filter(isThere))
  const found = await withLock(`lab-${name}`, async () => {
    const state = await readState(name)
    if (state !== undefined) {
      onProgress(`shutting down ${state.hosts.map(host => host.name).join(', ')}`)
      await allOrProblems(state.hosts.map(host => powerOff(state, host.name)))
      for (const host of state.hosts) await removeLink(linkName(state.index, host.name))
      await removeBridge(state.index)
      await clearDirectory(state)
    }
    await removeTree(labPaths(name).home)
    return state !== undefined
  })
  if (purge)
    await withLock('labs', async () => purgeBases(new Set((await allStates()).map(state => state.base))))
  await rmdir(labRoot).catch(() => undefined)
  return found
}

/** What is there of a lab; undefined where there is none. A host without a pid is off. */
export async function labStatus(options: { readonly name?: string } = {}): Promise<Lab | undefined> {
  requireRoot()
  const state = await readState(options.name ?? 'lab')
  return state === undefined ? undefined : describe(state)
}

async function describe(state: LabState): Promise<Lab> {
  const hosts = await Promise.all(
    state.hosts.map(async host => {
      const pid = await initPid(machineName(state.index, host.name))
      return { ...host, ...(pid === undefined ? {} : { pid }), root: hostPaths(state.name, host.name).root }
    }),
  )
  return { name: state.name, directory: state.directory, sshConfig: `${state.directory}/ssh_config`, hosts }
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined
}

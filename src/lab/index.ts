/** A lab: several real hosts on this machine, with sshd, systemd and addresses of their own. */
import { mkdir, rmdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { aptSettings } from '../artifact/debian/machine.ts'
import { ProblemError, throwErrors } from '../diagnostic/problem.ts'
import { clearDirectory, writeDirectory } from './directory.ts'
import { countProblem, freeIndex, linkName, machineName, nameProblem, planHosts } from './host/addresses.ts'
import { isOn, powerOff, powerOn, waitUntilUp } from './host/boot.ts'
import { ensureKey, prepareHost } from './host/prepare.ts'
import { withLock } from './lock.ts'
import { ensureBase, purgeBases } from './machine/base.ts'
import { initPid } from './machine/cgroup.ts'
import { installMissing, machineArchive, requireDebian, requireRoot } from './machine/machine.ts'
import { removeTree } from './machine/mounts.ts'
import { ensureBridge, knownRoutes, raiseInotifyLimit, removeBridge, removeLink } from './machine/network.ts'
import { hostPaths, labPaths, labRoot } from './machine/paths.ts'
import { labProblem } from './messages.ts'
import type { Lab, LabState, TellProgress } from './model.ts'
import { allStates, readState, writeState } from './state.ts'
import { allOrProblems } from './wait.ts'

export type { Lab, LabHost, TellProgress as Progress } from './model.ts'

interface UpOptions {
  /** Default `lab`. */
  readonly name?: string
  /** Default: as many as the lab has, 4 for a new one. */
  readonly hosts?: number
  /** Where to write ssh_config and the rest; default: where they were, `.lab` or `.lab-NAME` for a new one. */
  readonly directory?: string
  readonly onProgress?: TellProgress
}

/** Makes what is missing, clears what a killed run left, and returns when every host can be logged in to. Throws a ProblemError. */
export async function labUp(options: UpOptions = {}): Promise<Lab> {
  const { name = 'lab', onProgress = () => undefined } = options
  requireRoot()
  const badCount = options.hosts === undefined ? undefined : countProblem(options.hosts)
  throwErrors([nameProblem(name), badCount].filter(problem => problem !== undefined))
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
    const written = await writeState(await writeDirectory(state))
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

async function findBase(codename: string | undefined, onProgress: TellProgress): Promise<string> {
  return ensureBase(await machineArchive(codename), (await aptSettings()) ?? '', onProgress)
}

/** `.lab` for the one that has no name of its own, as the shipped inventories expect it. */
function usualDirectory(name: string): string {
  return name === 'lab' ? '.lab' : `.lab-${name}`
}

/** Finds or makes the lab's record, so that what follows can be taken up again wherever it is cut off. */
async function recordLab(name: string, codename: string | undefined, options: UpOptions): Promise<LabState> {
  const known = await readState(name)
  const directory = resolve(options.directory ?? known?.directory ?? usualDirectory(name))
  const states = await allStates()
  const owner = states.find(state => state.directory === directory && state.name !== name)
  if (owner !== undefined) throw new ProblemError([labProblem.directoryTaken({}, directory, owner.name)])
  if (known === undefined) {
    const base = await findBase(codename, options.onProgress ?? (() => undefined))
    const taken = new Set(states.map(state => state.index))
    const index = freeIndex(name, taken, await knownRoutes())
    if (index === undefined) throw new ProblemError([labProblem.noSubnet({})])
    await removeTree(labPaths(name).home)
    await mkdir(labPaths(name).hosts, { recursive: true, mode: 0o700 })
    const hosts = planHosts(index, options.hosts ?? 4)
    return writeState({ format: 1, name, index, directory, base, hosts })
  }
  const count = options.hosts ?? known.hosts.length
  if (count < known.hosts.length)
    throw new ProblemError([labProblem.cannotShrink({}, name, known.hosts.length, count)])
  return writeState({ ...known, directory, hosts: planHosts(known.index, count) })
}

interface DownOptions {
  readonly name?: string
  /** Removes the base trees too that no other lab uses. */
  readonly purge?: boolean
  readonly onProgress?: TellProgress
}

/** Shuts the hosts down and removes all of the lab, their file systems included. True where there was one. */
export async function labDown(options: DownOptions = {}): Promise<boolean> {
  const { name = 'lab', purge = false, onProgress = () => undefined } = options
  requireRoot()
  throwErrors([nameProblem(name)].filter(problem => problem !== undefined))
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

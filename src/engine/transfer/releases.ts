/** Which bytes a program or a tree means on a host of a given architecture. */
import {
  AbsentError,
  type Arch,
  type Artifacts,
  type Release,
  type ReleaseFile,
} from '../../artifact/model.ts'
import { listFirst } from '../../diagnostic/list-first.ts'
import { type Problem, ProblemError } from '../../diagnostic/problem.ts'
import type { Component } from '../../inventory/model.ts'
import { type ProgramHash, type ReleasedResource, releasedIn } from '../../resource/model.ts'
import type { HostRun } from '../host-run.ts'
import { transferProblem } from '../messages.ts'

const arches: ReadonlyMap<string, Arch> = new Map([
  ['x86_64', 'amd64'],
  ['amd64', 'amd64'],
  ['aarch64', 'arm64'],
  ['arm64', 'arm64'],
  ['armv7l', 'armv7'],
])

/** `machine` is what `uname -m` says. */
export function archOf(machine: string, host: string): Arch {
  const arch = arches.get(machine)
  if (arch) return arch
  throw new ProblemError([transferProblem.noPrograms({ host }, machine)])
}

export interface Releases {
  /** The file of that program for this architecture. */
  file(arch: Arch, program: ReleasedResource): { readonly release: Release; readonly file: ReleaseFile }
}

export const noReleases: Releases = {
  file() {
    throw new RangeError('no program is known before the hosts are compared')
  },
}

/** Every release that the observed hosts need; from the lock file without any I/O where it has them. */
export async function releasesFor(artifacts: Artifacts, runs: readonly HostRun[]): Promise<Releases> {
  const needed = new Map<string, readonly [Component, Arch, Set<string>]>()
  for (const { desired, host, result, session } of runs) {
    if (!session.observed || result) continue
    const { name } = host
    const arch = archOf(session.observed.machine, name)
    // What comes from the host's own store, or goes, needs none.
    for (const resource of desired.flatMap(({ resources }) => releasedIn(resources))) {
      if (resource.stored !== undefined) continue
      const key = `${resource.component} ${arch}`
      const hosts = needed.get(key)?.[2] ?? new Set()
      needed.set(key, [resource.component, arch, hosts.add(name)])
    }
  }
  const found = new Map<string, Release>()
  await Promise.all(
    [...needed].map(async ([key, [component, arch, hosts]]) => {
      const release = artifacts.release(component, arch).catch(cause => {
        if (!(cause instanceof AbsentError)) throw cause
        const named = `Hosts of ${arch}: ${listFirst([...hosts])}.`
        const told = ({ detail }: Problem) => (detail ? `${detail}\n${named}` : named)
        throw new AbsentError(cause.problems.map(problem => ({ ...problem, detail: told(problem) })))
      })
      found.set(key, await release)
    }),
  )
  return {
    file(arch, program) {
      const release = found.get(`${program.component} ${arch}`)
      const file = release?.files.find(candidate => candidate.path === (program.from ?? program.path))
      if (!release || !file) throw new Error(`${program.component} for ${arch} has no ${program.path}`)
      return { release, file }
    },
  }
}

/** SHA-256 of each program and tree on a host of that architecture. */
export function hashesFor(releases: Releases, arch: Arch): ProgramHash {
  return program => program.stored ?? releases.file(arch, program).file.sha256
}

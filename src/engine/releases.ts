/** Which bytes a program resource means on a host of a given architecture. */
import type { Arch, Artifacts, Release, ReleaseFile } from '../artifact/model.ts'
import { error, ProblemError } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import type { ProgramHash } from '../resource/difference.ts'
import type { ProgramResource } from '../resource/model.ts'
import type { HostSession } from './hosts.ts'

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
  throw new ProblemError([
    error(`the host's architecture is ${machine}, for which there are no programs`, {
      host,
      remedy: 'use a host of x86_64, aarch64 or armv7l',
    }),
  ])
}

export interface Releases {
  /** The file of that program for this architecture. */
  file(arch: Arch, program: ProgramResource): { readonly release: Release; readonly file: ReleaseFile }
}

/** Every release that the observed hosts need; from the lock file without any I/O where it has them. */
export async function releasesFor(artifacts: Artifacts, sessions: readonly HostSession[]): Promise<Releases> {
  const needed = new Map<string, readonly [Component, Arch]>()
  for (const session of sessions) {
    if (!session.observed || session.problems.length > 0) continue
    const arch = archOf(session.observed.machine, session.host.name)
    // What comes from the host's own store, or goes, needs none.
    for (const { resources } of session.instances)
      for (const resource of resources)
        if (resource.kind === 'program' && resource.stored === undefined)
          needed.set(`${resource.component} ${arch}`, [resource.component, arch])
  }
  const found = new Map<string, Release>()
  await Promise.all(
    [...needed].map(async ([key, [component, arch]]) =>
      found.set(key, await artifacts.release(component, arch)),
    ),
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

/** SHA-256 of each program on a host of that architecture. */
export function hashesFor(releases: Releases, arch: Arch): ProgramHash {
  return program => program.stored ?? releases.file(arch, program).file.sha256
}

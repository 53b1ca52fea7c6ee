/** Which step from one version to another cannot be undone, or could not read its data. Pure. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import { type ProgramResource, resourceId } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import type { InstancePlan } from './model.ts'

interface VersionStep {
  readonly component: Component
  readonly host: string
  /** What the host has; absent where nothing says. */
  readonly found: string | undefined
  readonly wanted: string
}

/** The program that bears the component's version, where it is about to be put in place; of Prometheus only. */
export function versionedProgram({ instance, renewed }: InstancePlan): ProgramResource | undefined {
  if (instance.component !== 'prometheus') return undefined
  return instance.resources.find(
    (resource): resource is ProgramResource =>
      resource.kind === 'program' &&
      resource.path.endsWith(`/${instance.component}`) &&
      renewed.has(resourceId(resource)),
  )
}

/** What a plan would do to versions. `said`: what the installed program says; else the stamp does. */
export function versionStep(
  plan: InstancePlan,
  observed: Observed,
  said: ReadonlyMap<string, string>,
): VersionStep | undefined {
  const program = versionedProgram(plan)
  if (!program) return undefined
  const { component, host } = plan.instance
  const found = said.get(program.path) ?? observed.stamps.get(component)?.version
  return { component, host, found, wanted: program.version }
}

/** The first line that reads the data of 3.x, and the last that 3.x can go back to. */
const bridge = [2, 55] as const

/** Why the step is refused before anything is touched. */
export function versionProblems({ component, host, found, wanted }: VersionStep): readonly Problem[] {
  const from = lineOf(found)
  const to = lineOf(wanted)
  if (component !== 'prometheus' || !from || !to) return []
  const resource = 'program:/usr/local/bin/prometheus'
  if (from[0] >= 3 && isBefore(to, bridge)) {
    return [
      error(`Prometheus ${found} cannot go back to ${wanted}: it could not read its data`, {
        host,
        resource,
        detail: 'What a Prometheus 3.x has written can be read by 2.55 and newer only.',
        remedy:
          'set `versions: { prometheus: "2.55.1" }` or a newer one; to start anew with an older one, destroy it first ' +
          'with `--purge-data`',
      }),
    ]
  }
  if (isBefore(from, bridge) && to[0] >= 3) {
    return [
      error(`Prometheus ${found} is not upgraded to ${wanted} at once: that could not be undone`, {
        host,
        resource,
        detail: 'What a Prometheus 3.x has written can be read by 2.55 and newer only.',
        remedy:
          'take two steps, each with `promha apply`: first `versions: { prometheus: "2.55.1" }`, then ' +
          `\`versions: { prometheus: "${wanted}" }\`. A source without 2.55 (no suite of Debian has it) wants ` +
          '`artifacts: { from: upstream }` for the first step',
      }),
    ]
  }
  return []
}

type Line = readonly [major: number, minor: number]

function lineOf(version: string | undefined): Line | undefined {
  const match = /^v?(\d+)\.(\d+)/.exec(version ?? '')
  return match ? [Number(match[1]), Number(match[2])] : undefined
}

function isBefore([major, minor]: Line, [otherMajor, otherMinor]: Line): boolean {
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}

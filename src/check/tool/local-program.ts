/** Which of upstream's programs judge configs on this machine. */
import { basename } from 'node:path'
import { isReleased, releaseNameOf } from '../../../roles/index.ts'
import { maskUrl } from '../../artifact/http/url.ts'
import type { Artifacts, Ground, Release, ReleaseFile } from '../../artifact/model.ts'
import { localArch } from '../../artifact/model.ts'
import { defaultSuite } from '../../artifact/source/open-source.ts'
import type { ArtifactSettings } from '../../inventory/artifact/origin.ts'
import { originOf } from '../../inventory/artifact/origin.ts'
import type { Component, Inventory } from '../../inventory/model.ts'
import { type BundleCheck, type Instance, ofKind, type ProgramResource } from '../../resource/model.ts'
import { refusal } from '../refusal.ts'

/** One bundle and how it is judged. */
export interface LocalCheck {
  readonly instance: Instance
  /** What has the program's release. */
  readonly component: Component
  readonly check: BundleCheck
}

/** One check for each different bundle: those of replicas are alike, and so is what is wrong with them. */
export function localChecks(instances: readonly Instance[]): readonly LocalCheck[] {
  const found = new Map<string, LocalCheck>()
  for (const instance of instances) {
    const { component } = instance
    // Its tool is the host's own, in the host's own version: it judges there.
    if (!isReleased(component)) continue
    for (const check of instance.checks.filter(({ hostOnly }) => !hostOnly)) {
      // Flags may differ from host to host.
      const flags = check.flags?.each.map(({ args }) => args)
      const key = JSON.stringify([instance.cell, refusal(check), flags])
      if (!found.has(key)) found.set(key, { instance, component: releaseNameOf(component), check })
    }
  }
  return [...found.values()]
}

export interface LocalFile {
  readonly release: Release
  readonly file: ReleaseFile
}

/** The program of a check for this machine; undefined if no release runs here. Rejects as the artifacts do. */
export async function localFile(
  { component, check, instance }: LocalCheck,
  artifacts: Artifacts,
): Promise<LocalFile | undefined> {
  const arch = localArch()
  if (arch === undefined) return undefined
  const release = await artifacts.release(component, arch)
  const { from = check.program } = ofKind(instance.resources, 'program').find(isProgramOf(check)) ?? {}
  const file = release.files.find(candidate => candidate.path === from)
  return file && { release, file }
}

function isProgramOf({ program }: BundleCheck) {
  return ({ path }: ProgramResource) => path === program
}

/** A program that runs on this machine, or would if it were trusted. */
export interface LocalProgramRow {
  /** `promtool` */
  readonly name: string
  readonly component: Component
  readonly version: string
  readonly arch: string
  /** Where the inventory has it from, without credentials. */
  readonly source: string
  readonly sha256: string
  /** Why it may run here; `no` if it may not. */
  readonly trusted: Extract<Ground, { trusted: true }>['because'] | 'no'
}

/** Every program that judges a config of these instances here, each once. Rejects as the artifacts do. */
export async function localPrograms(
  instances: readonly Instance[],
  artifacts: Artifacts,
  { artifacts: settings }: Pick<Inventory, 'artifacts'>,
): Promise<readonly LocalProgramRow[]> {
  const rows = new Map<string, LocalProgramRow>()
  for (const one of localChecks(instances)) {
    const found = await localFile(one, artifacts)
    if (!found || rows.has(found.file.path)) continue
    const { release, file } = found
    const ground = await artifacts.ground(release, file)
    rows.set(file.path, {
      name: basename(file.path),
      component: release.component,
      version: release.version,
      arch: release.arch,
      source: describeSource(settings, release.component),
      sha256: file.sha256,
      trusted: ground.trusted ? ground.because : 'no',
    })
  }
  return [...rows.values()]
}

/** `upstream`, `Debian's forky`, a mirror's URL without credentials, or a directory. */
export function describeSource(settings: ArtifactSettings, component: Component): string {
  const { kind, from, suite } = originOf(settings, component)
  if (kind === 'debian') return `Debian's ${suite ?? defaultSuite}`
  return kind === 'mirror' ? maskUrl(from) : from
}

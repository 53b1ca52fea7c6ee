/** The config of one instance, as a check is to see it and as it lies on its host. */
import { fingerprint } from '../resource/hash.ts'
import type { BundleCheck, FileResource, Instance } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import { writtenValue } from '../resource/rendered.ts'

/**
 * One hash over the paths and contents of all the instance's files, and the newest time (seconds since the epoch) of
 * those that ask for a reload. Undefined where one is missing or the component has no files.
 */
export function bundleHash(
  instance: Instance,
  observed: Observed,
): { readonly hash: string; readonly newest: number } | undefined {
  const parts: string[] = []
  let newest = 0
  for (const resource of instance.resources) {
    if (resource.kind !== 'file') continue
    const hash = observed.hashes.get(resource.path)
    const facts = observed.paths.get(resource.path)
    if (!hash || !facts) return undefined
    parts.push(resource.path, hash)
    if (resource.effect === 'reload') newest = Math.max(newest, facts.mtime)
  }
  return parts.length > 0 ? { hash: fingerprint(parts), newest } : undefined
}

interface BundleEntry {
  /** Relative to the root. */
  readonly name: string
  readonly content: FileResource['content']
  /** What a generated YAML file was written from. */
  readonly value?: unknown
}

/** The files below a check's root with their paths relative to it: what the tool has to see as a whole. */
export function bundleFiles(instance: Instance, check: BundleCheck): readonly BundleEntry[] {
  const below = `${check.root}/`
  const seen = check.seen ?? []
  const files = instance.resources.flatMap(resource =>
    resource.kind === 'file' && !resource.note && resource.path.startsWith(below)
      ? [
          {
            name: resource.path.slice(below.length),
            content: resource.content,
            value: writtenValue(resource),
          },
        ]
      : [],
  )
  const copies = seen.map(one => ({ value: files.find(({ name }) => name === one.name)?.value, ...one }))
  return [...files.filter(({ name }) => !seen.some(one => one.name === name)), ...copies]
}

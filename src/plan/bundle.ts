/** The config of one instance, as a check is to see it and as it lies on its host. */
import { fingerprint } from '../resource/hash.ts'
import { type BundleCheck, type FileResource, type Instance, ofKind } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import { writtenValue } from '../resource/rendered.ts'

/** One hash over all files, and the newest time (epoch seconds) of those that ask for a reload. Undefined where one is missing. */
export function bundleHash(
  instance: Instance,
  observed: Observed,
): { readonly hash: string; readonly newest: number } | undefined {
  const parts: string[] = []
  let newest = 0
  for (const resource of ofKind(instance.resources, 'file')) {
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
  /** Nothing of it is shown. */
  readonly concealed?: true
}

/** The files below a check's root with their paths relative to it: what the tool has to see as a whole. */
export function bundleFiles(instance: Instance, check: BundleCheck): readonly BundleEntry[] {
  const below = `${check.root}/`
  const seen = check.seen ?? []
  const inside = ofKind(instance.resources, 'file').filter(
    ({ note, path }) => !note && path.startsWith(below),
  )
  const files = inside.map(file => {
    const concealed = file.concealed ? { concealed: true as const } : {}
    const name = file.path.slice(below.length)
    return { name, content: file.content, value: writtenValue(file), ...concealed }
  })
  const copies = seen.map(one => ({ value: files.find(({ name }) => name === one.name)?.value, ...one }))
  return [...files.filter(({ name }) => !seen.some(one => one.name === name)), ...copies]
}

/** What a bundle check sees, for those who run it on this machine. */
import type { BundleCheck, FileResource, Instance } from '../src/resource/model.ts'

/** The files below a check's root with their paths relative to it. */
export function bundleFiles(
  instance: Instance,
  check: BundleCheck,
): readonly { readonly name: string; readonly content: string | Uint8Array }[] {
  const below = `${check.root}/`
  return instance.resources
    .filter(
      (resource): resource is FileResource => resource.kind === 'file' && resource.path.startsWith(below),
    )
    .map(({ path, content }) => ({ name: path.slice(below.length), content }))
}

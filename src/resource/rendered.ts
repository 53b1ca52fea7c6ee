/** From which value a config file was written, kept beside the resource: no saved plan and no host sees it. */
import type { FileResource } from './model.ts'

const values = new WeakMap<FileResource, unknown>()

/** The same object, known to be the YAML text of the value. Nothing is known of a copy, so make copies first. */
export function writtenFrom(file: FileResource, value: unknown): FileResource {
  values.set(file, value)
  return file
}

/** The value that the file was written from; undefined if it is no such file, or was read from a saved plan. */
export function writtenValue(file: FileResource): unknown {
  return values.get(file)
}

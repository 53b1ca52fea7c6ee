/** YAML files that an inventory names. Each is parsed once, although it is needed for the files it names and for checks. */
import { error, isError, type Problem } from '../diagnostic/problem.ts'
import type { ReadFile } from './context.ts'
import { type Place, quote, source } from './place.ts'
import { parseYaml } from './yaml.ts'

export interface ParsedFile {
  /** Undefined if there are errors. */
  readonly value: unknown
  readonly top: Place
  readonly problems: readonly Problem[]
}

const parsed = new WeakMap<ReadFile, ParsedFile>()

/** @param shown the file's name in messages */
export function parsedFile(file: ReadFile, shown: string): ParsedFile {
  const known = parsed.get(file)
  if (known) return known
  const text = decode(file.bytes)
  const from = source(shown, text ?? '', file.outside)
  const top = { source: from, start: 0, end: 0 }
  const { value, problems } =
    text === undefined
      ? { value: undefined, problems: [error(`${quote(shown)} is not UTF-8 text`)] }
      : parseYaml(from, undefined, 'first')
  const found = { value: problems.some(isError) ? undefined : value, top, problems }
  parsed.set(file, found)
  return found
}

/** The bytes as text; undefined unless they are UTF-8 without a NUL. */
export function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

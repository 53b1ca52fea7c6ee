/** YAML files that an inventory names. Each is parsed once, although it is needed for the files it names and for checks. */
import { remembered } from '../../diagnostic/grouped.ts'
import { isError, type Problem } from '../../diagnostic/problem.ts'
import type { ReadFile } from '../context.ts'
import { inventoryProblem } from '../messages.ts'
import { parseYaml } from '../yaml/yaml.ts'
import { type Place, source } from './source-text.ts'

export interface ParsedFile {
  /** Undefined if there are errors. */
  readonly value: unknown
  readonly top: Place
  readonly problems: readonly Problem[]
}

const parsed = new WeakMap<ReadFile, ParsedFile>()

/** @param shown the file's name in messages */
export function parsedFile(file: ReadFile, shown: string): ParsedFile {
  return remembered(parsed, file, () => {
    const text = decode(file.bytes)
    const from = source(shown, text ?? '', file.outside)
    const top = { source: from, start: 0, end: 0 }
    const { value, problems } =
      text === undefined
        ? { value: undefined, problems: [inventoryProblem.fileNotUtf8({}, shown)] }
        : parseYaml(from, undefined, 'first')
    return { value: problems.some(isError) ? undefined : value, top, problems }
  })
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

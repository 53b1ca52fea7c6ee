/** Secrets do not belong in flags: every user of a host can read the command lines of all programs. */
import type { ExporterDefinition } from '../../roles/exporters/definition.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import { at, quote } from './place.ts'
import type { ExporterText, FlagsText } from './schema.ts'

/** Reports flags that hold a secret, of the entry and below its `per_host`. */
export function checkSecretFlags(
  text: ExporterText,
  of: string,
  definition: ExporterDefinition,
  problems: Problem[],
): void {
  checkFlags(text.flags, of, definition, problems)
  for (const [pattern, own] of Object.entries(text.per_host ?? {}))
    checkFlags(own?.flags, `${of} on ${pattern}`, definition, problems)
}

function checkFlags(
  flags: FlagsText | null | undefined,
  of: string,
  { secretFlags = {}, credentials }: ExporterDefinition,
  problems: Problem[],
): void {
  for (const [name, value] of Object.entries(flags ?? {})) {
    const bare = name.replace(/^-+/, '')
    const secret = Object.hasOwn(secretFlags, bare)
    if (!secret && ![value].flat().some(hasPassword)) continue
    problems.push(
      error(`the flag ${quote(bare)} of ${of} shows a secret in the command line`, {
        ...at(flags as object, name),
        detail: 'Every user of a host can read the command lines of all programs that run there.',
        remedy: (secret ? secretFlags[bare] : credentials) ?? 'remove the password from this address',
      }),
    )
  }
}

/** An address with a user and a password: `https://USER:PASSWORD@HOST`. */
function hasPassword(value: unknown): boolean {
  return typeof value === 'string' && /:\/\/[^/?#\s:@]*:[^/?#\s]+@/.test(value)
}

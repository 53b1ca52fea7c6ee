/** What looks like `${env:NAME}`, `${file:PATH}` or `${cmd:…}` and is not quite one: nothing is put in its place. */
import { nearest } from '../diagnostic/nearest.ts'
import type { ReferenceKind } from './secrets.ts'

/** How each is written. */
export const forms: Readonly<Record<ReferenceKind, string>> = {
  env: '${env:NAME}',
  file: '${file:PATH}',
  cmd: '${cmd:COMMAND}',
}

const kinds: readonly ReferenceKind[] = ['env', 'file', 'cmd']

export interface NearReference {
  /** Without what may be a part of a secret: `${evn:…}`. */
  readonly shown: string
  /** All of it. */
  readonly text: string
  /** The kind that was probably meant; absent if none is near. */
  readonly kind?: ReferenceKind
  /** The name of a variable that is written as in a shell. */
  readonly variable?: string
}

/** In braces, but for what promha knows itself and for `${1}` and `${name}`, which relabeling knows. */
const braces = /(?<!\$)\$\{\s{0,9}([A-Za-z_]\w{0,99})(\s{0,9}:|\s{1,9}|)[^}]{0,500}\}/g
const known = /^\$\{(?:env|file|cmd):/
/** `$(env:NAME)`, `$env:NAME`, `{env:NAME}`. */
const others = /(?<!\$)\$\((env|file|cmd):|(?<![\w$])\$(env|file|cmd):\w|(?<![$\w])\{(env|file|cmd):[\w/.~]/

/** The first one in a text. */
export function nearReference(text: string): NearReference | undefined {
  for (const [whole, word = '', sign = ''] of text.matchAll(braces)) {
    if (known.test(whole)) continue
    const kind = sign === '' ? undefined : (nearest(word, kinds) as ReferenceKind | undefined)
    if (kind !== undefined) return { shown: `\${${word}${sign}…}`, text: whole, kind }
    // As a shell writes a variable: `${NAME}` and `${NAME:-default}`.
    if (/^[A-Z][A-Z0-9_]+$/.test(word)) return { shown: '${…}', text: whole, kind: 'env', variable: word }
    if (sign.endsWith(':')) return { shown: `\${${word}${sign}…}`, text: whole }
  }
  const found = others.exec(text)
  const kind = (found?.[1] ?? found?.[2] ?? found?.[3]) as ReferenceKind | undefined
  return found && kind
    ? { shown: `${found[0].slice(0, found[0].indexOf(':') + 1)}…`, text: found[0], kind }
    : undefined
}

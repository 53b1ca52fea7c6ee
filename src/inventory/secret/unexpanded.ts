/** Warnings about references that the user expects to be expanded, and that reach a program as they stand. */
import { nearest } from '../../diagnostic/nearest.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { leavesOf, memberPlace } from '../text/place.ts'
import { type Place, range } from '../text/source-text.ts'
import { secretProblem } from './messages.ts'
import type { ReferencePath } from './reference-places.ts'
import { forms, type ReferenceKind } from './references.ts'

/** `$${env:` stands for the text `${env:`. */
export const reference = /(?<!\$)\$\{(env|file|cmd):/
/** Prometheus itself puts something in place of `${NAME}` there; of external labels `label-variables.ts` tells. */
const expanded: ReadonlySet<string> = new Set(['replacement', 'target_label', 'external_labels'])

/** In a file that the inventory names, no reference is expanded. */
export function tellUnexpanded(
  { value, top }: { readonly value: unknown; readonly top: Place },
  problems: Problem[],
): void {
  if (!mayHold(top.source.text)) return
  for (const { text, path, place, secret } of textsIn(value)) {
    const whole = reference.exec(text)
    const near = whole || isExpanded(path) ? undefined : nearReference(text)
    if (!whole && !near) continue
    const shown = whole ? `${whole[0]}…}` : shownOf(near, secret)
    const inline = inlineTakesIt(path) && !near?.variable
    problems.push(secretProblem.fileNotExpanded({ source: range(place) }, shown, secret, inline))
  }
}

/** In the inventory, where a reference is allowed: what is nearly one. */
export function tellNearReferences(
  value: unknown,
  text: string,
  isAllowed: (path: ReferencePath) => boolean,
  problems: Problem[],
): void {
  if (!mayHold(text)) return
  for (const { text, path, place, secret } of textsIn(value)) {
    if (!isAllowed(path) || isExpanded(path)) continue
    const near = nearReference(text)
    if (near === undefined) continue
    const [form, variable] = [near.kind && forms[near.kind], secret ? undefined : near.variable]
    const where = { source: range(place) }
    problems.push(secretProblem.nearReference(where, shownOf(near, secret), form, variable))
  }
}

/** Of a secret only what is no part of it. */
function shownOf(near: NearReference | undefined, secret: boolean): string {
  return (near?.variable && !secret ? near.text : near?.shown) ?? ''
}

function mayHold(text: string): boolean {
  return /\$\{|\$\(|\$(env|file|cmd):|\{(env|file|cmd):/.test(text)
}

function isExpanded(path: ReferencePath): boolean {
  return path.some(key => expanded.has(String(key)))
}

/** What promha or Prometheus reads for itself takes no reference inline either. */
function inlineTakesIt(path: ReferencePath): boolean {
  return (
    !['global', 'rule_files', 'scrape_config_files'].includes(String(path[0])) && path.at(-1) !== 'job_name'
  )
}

interface Text {
  readonly text: string
  readonly path: ReferencePath
  readonly place: Place
  readonly secret: boolean
}

/** Each text once, however many aliases lead to it. */
function* textsIn(value: unknown): Generator<Text> {
  const seen = new Set<number>()
  for (const { owner, key, path, value: text } of leavesOf(value)) {
    const place = memberPlace(owner, key)
    if (typeof text !== 'string' || place === undefined || seen.has(place.value.start)) continue
    seen.add(place.value.start)
    yield { text, path, place: place.value, secret: place.secret }
  }
}

const referenceKinds: readonly ReferenceKind[] = ['env', 'file', 'cmd']

interface NearReference {
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
const wellFormed = /^\$\{(?:env|file|cmd):/
/** `$(env:NAME)`, `$env:NAME`, `{env:NAME}`. */
const others = /(?<!\$)\$\((env|file|cmd):|(?<![\w$])\$(env|file|cmd):\w|(?<![$\w])\{(env|file|cmd):[\w/.~]/

/** The first one in a text. */
export function nearReference(text: string): NearReference | undefined {
  for (const [whole, word = '', sign = ''] of text.matchAll(braces)) {
    if (wellFormed.test(whole)) continue
    const kind = sign === '' ? undefined : (nearest(word, referenceKinds) as ReferenceKind | undefined)
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

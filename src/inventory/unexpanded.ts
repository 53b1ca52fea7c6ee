/** Warnings about references that the user expects to be expanded, and that reach a program as they stand. */
import { type Problem, warning } from '../diagnostic/problem.ts'
import { forms, type NearReference, nearReference } from './near-references.ts'
import { memberPlace, membersOf, type Place, quote, range } from './place.ts'
import { mayHoldReference, type Path } from './reference-places.ts'

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
  eachText(value, [], ({ text, path, place, secret }) => {
    const whole = reference.exec(text)
    const near = whole || isExpanded(path) ? undefined : nearReference(text)
    if (!whole && !near) return
    const shown = whole ? `${whole[0]}…}` : shownOf(near, secret)
    problems.push(
      warning(`${quote(shown)} is not expanded, because it is in a file that the inventory names`, {
        source: range(place),
        remedy: secret
          ? 'Use the key that reads a file (password_file and the like), or write this config inline in the inventory.'
          : inlineTakesIt(path) && !near?.variable
            ? 'Write the value itself, or write this config inline in the inventory.'
            : 'Write the value itself.',
      }),
    )
  })
}

/** In the inventory, where a reference may stand: what is nearly one. */
export function tellNearReferences(value: unknown, text: string, problems: Problem[]): void {
  if (!mayHold(text)) return
  eachText(value, [], ({ text, path, place, secret }) => {
    if (!mayHoldReference(path) || isExpanded(path)) return
    const near = nearReference(text)
    if (near === undefined) return
    problems.push(
      warning(`${quote(shownOf(near, secret))} is not a reference, so it is used as it stands`, {
        source: range(place),
        remedy: near.kind
          ? `Did you mean ${near.variable && !secret ? `\${env:${near.variable}}, the variable of the machine that runs promha` : forms[near.kind]}?`
          : `References are ${Object.values(forms).join(', ')}. Write one of these, or the value itself.`,
      }),
    )
  })
}

/** Of a secret only what is no part of it. */
function shownOf(near: NearReference | undefined, secret: boolean): string {
  return (near?.variable && !secret ? near.text : near?.shown) ?? ''
}

function mayHold(text: string): boolean {
  return /\$\{|\$\(|\$(env|file|cmd):|\{(env|file|cmd):/.test(text)
}

function isExpanded(path: Path): boolean {
  return path.some(key => expanded.has(String(key)))
}

/** What promha or Prometheus reads for itself takes no reference inline either. */
function inlineTakesIt(path: Path): boolean {
  return (
    !['global', 'rule_files', 'scrape_config_files'].includes(String(path[0])) && path.at(-1) !== 'job_name'
  )
}

interface Text {
  readonly text: string
  readonly path: Path
  readonly place: Place
  readonly secret: boolean
}

/** Each text once, however many aliases lead to it. */
function eachText(
  value: unknown,
  path: Path,
  tell: (found: Text) => void,
  seen: Set<number> = new Set(),
): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key] of membersOf(value)) {
    const member = (value as Readonly<Record<string | number, unknown>>)[key]
    const here = [...path, key]
    const place = memberPlace(value, key)
    if (typeof member !== 'string' || place === undefined) eachText(member, here, tell, seen)
    else if (!seen.has(place.value.start)) {
      seen.add(place.value.start)
      tell({ text: member, path: here, place: place.value, secret: place.secret })
    }
  }
}

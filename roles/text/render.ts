/** Templates: the only place that knows EJS. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ejs, { type TemplateFunction } from 'ejs'
import { remembered } from '../../src/diagnostic/grouped.ts'
import { ProblemError } from '../../src/diagnostic/problem.ts'
import { packageRoot } from '../../src/package-root.ts'
import { componentProblem } from '../messages.ts'
import { type Escape, scriptEscape, unit, wordEscape, yaml } from './escape.ts'

/** What `<%= %>` does in a template, decided by the name before `.ejs`. */
const escapes: Readonly<Record<string, Escape>> = {
  service: unit,
  yml: yaml,
  conf: wordEscape,
  cfg: wordEscape,
  nft: wordEscape,
  sh: scriptEscape,
}

const compiled = new Map<string, TemplateFunction>()

/** `roles/ROLE/templates/NAME.ejs` with `data` as `it`. Throws a ProblemError if a value is missing, or the template. */
export function renderTemplate(role: string, name: string, data: Readonly<Record<string, unknown>>): string {
  const path = join(packageRoot(), 'roles', role, 'templates', `${name}.ejs`)
  try {
    return remembered(compiled, path, () => compileTemplate(readFileSync(path, 'utf8'), name, path))(data)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ProblemError([componentProblem.templateFailed({}, `${role}/${name}`, why)])
  }
}

/** Throws a SyntaxError where the text is no template. `path` is where its includes start. */
export function compileTemplate(text: string, name: string, path: string): TemplateFunction {
  const target = escapes[name.slice(name.lastIndexOf('.') + 1)]
  if (!target) throw new RangeError(`no way is known to write values into ${name}`)
  const written: Escape = value => {
    if (value === undefined || value === null) throw new TypeError(`a value is ${value}`)
    return target(value)
  }
  // What templates include is compiled once for all of them, so it may be included for one kind of target only: units.
  return ejs.compile(text, {
    ...{ filename: path, strict: true, localsName: 'it', escape: written, async: false },
    cache: true,
  })
}

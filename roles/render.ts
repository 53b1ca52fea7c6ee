/** Templates: the only place that knows EJS. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ejs, { type TemplateFunction } from 'ejs'
import { error, ProblemError } from '../src/diagnostic/problem.ts'
import { packageRoot } from '../src/package-root.ts'
import { type Escape, script, unit, word, yaml } from './escape.ts'

/** What `<%= %>` does in a template, decided by the name before `.ejs`. */
const escapes: Readonly<Record<string, Escape>> = {
  service: unit,
  yml: yaml,
  conf: word,
  cfg: word,
  nft: word,
  sh: script,
}

const compiled = new Map<string, TemplateFunction>()

/**
 * The text of `roles/ROLE/templates/NAME.ejs` with `data`, which the template knows as `it`.
 * `<%= %>` writes a value in the form of the target (a unit's word, YAML) and refuses undefined and null.
 * Throws a ProblemError where the template is missing, is no valid template, or wants what `data` has not.
 */
export function renderTemplate(role: string, name: string, data: Readonly<Record<string, unknown>>): string {
  const path = join(packageRoot(), 'roles', role, 'templates', `${name}.ejs`)
  try {
    let template = compiled.get(path)
    if (!template) {
      template = compileTemplate(readFileSync(path, 'utf8'), name, path)
      compiled.set(path, template)
    }
    return template(data)
  } catch (cause) {
    throw new ProblemError([
      error(`the template ${role}/${name}.ejs cannot be rendered`, {
        detail: cause instanceof Error ? cause.message : String(cause),
        remedy: 'Install promha again; if that does not help, this is a bug of promha to be reported.',
      }),
    ])
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
  return ejs.compile(text, { filename: path, strict: true, localsName: 'it', escape: written, async: false })
}

/** What upstream's own tools say against a bundle, in promha's form. */
import { error, type Problem, type SourceRange } from '../diagnostic/problem.ts'
import type { BundleCheck } from '../resource/model.ts'
import { maskYaml } from './mask.ts'

/** `promtool refuses the config`, `prometheus refuses the command line`. */
export function refusal(check: BundleCheck): string {
  const tool = check.tool ?? check.program.replace(/.*\//, '')
  return `${tool} refuses the ${check.flags ? 'command line' : 'config'}`
}

export interface BundleFile {
  /** Relative to the bundle's root, as the tool names it. */
  readonly name: string
  readonly content: string | Uint8Array
  /** The user's own file; absent for what promha generates. */
  readonly path?: string
}

/** Said instead of what a tool says, where that could quote what promha does not show. */
export const withheldDetail =
  "The config holds parts that lie outside the inventory's directory, so what the tool says of it is not shown."

/** `rules/x.yml: 5:15: …`, `line 9: …`, `parsing YAML file alertmanager.yml: yaml: line 9: …` */
const withFile = /(?:^|\s|")((?:[\w.-]+\/)*[\w.-]+\.(?:ya?ml|tmpl))"?:? (\d+):(\d+):/m
const lineOnly = /\bline (\d+):/

/**
 * The tool's message without what it says of good files, with the user's own file names, and with the place that it
 * names. `main` is the file meant where the tool names a line only.
 */
export function toolProblem(
  check: BundleCheck,
  component: string,
  cell: string,
  message: string,
  files: readonly BundleFile[],
  main: string,
): Problem {
  const lines = plain(message)
    .split('\n')
    .map(withoutChecking)
    .filter(line => line.trim() !== '' && !/\bSUCCESS\b|^Checking |^\s*FAILED:?\s*$/.test(line))
  const named = withFile.exec(message)
  const place = named
    ? placeOf(files, named[1] ?? '', Number(named[2]), Number(named[3]))
    : placeOf(files, main, Number(lineOnly.exec(message)?.[1] ?? 0), 1)
  if (check.withheld) {
    const { text: _, ...bare } = place ?? {}
    return error(`${refusal(check)} of ${component} in cell ${cell}`, {
      detail: withheldDetail,
      remedy: "Look at that place yourself, or move these files into the inventory's directory to see more.",
      ...(place ? { source: bare as SourceRange } : {}),
    })
  }
  return error(`${refusal(check)} of ${component} in cell ${cell}`, {
    detail: withUserNames(lines.join('\n').trim(), files),
    remedy: 'correct what it names, then run again',
    ...(place ? { source: place } : {}),
  })
}

/**
 * What a program refuses, without its log's other lines: `level=ERROR … msg="…" err="…"` becomes the error alone. A
 * message that is no log stays as it is.
 */
export function plain(message: string): string {
  const lines = message.split('\n')
  const errors = lines.flatMap(line => {
    const start = line.search(/\blevel=(?:error|ERROR) /)
    if (start < 0) return []
    // Each once, from left to right: a line may be of nothing but these.
    const all = line.slice(start).matchAll(/\berr=("(?:[^"\\]|\\.)*"|\S+)/g)
    const said = [...all].find(({ 0: whole, index }) => start + index + whole.length === line.length)?.[1]
    return said === undefined ? [] : [said.startsWith('"') ? unquoted(said) : said]
  })
  if (errors.length === 0) return message
  const others = lines.filter(line => !/\blevel=\w+ /.test(line))
  return [...errors, ...others].join('\n')
}

/** What follows `Checking FILE FAILED:`, or the whole line. */
function withoutChecking(line: string): string {
  const failed = line.startsWith('Checking ') ? /\sFAILED:\s*/.exec(line) : null
  return failed ? line.slice(failed.index + failed[0].length) : line
}

/** Go's quoting, as far as log lines have it. */
function unquoted(text: string): string {
  return text
    .slice(1, -1)
    .replaceAll(/\\(.)/g, (_, letter) => ({ n: '\n', t: '\t' })[letter as string] ?? (letter as string))
}

function placeOf(
  files: readonly BundleFile[],
  name: string,
  line: number,
  column: number,
): SourceRange | undefined {
  const file = files.find(candidate => candidate.name === name)
  if (!file || line < 1) return undefined
  const content = Buffer.from(file.content).toString('utf8')
  const text = (maskYaml(content) ?? '').split('\n')[line - 1]
  const shown = text === undefined || text.trim() === '' ? {} : { text }
  return { file: file.path ?? `${name} (as generated)`, line, column, ...shown }
}

/** The tool names the staged copy; the user knows the file that it was made from. */
function withUserNames(message: string, files: readonly BundleFile[]): string {
  return files.reduce((text, file) => (file.path ? text.replaceAll(file.name, file.path) : text), message)
}

/** What upstream's own tools say against a bundle, in promha's form: one problem for each thing that is wrong. */
import { basename } from 'node:path'
import { error, type Problem, type SourceRange } from '../diagnostic/problem.ts'
import { redact } from '../diagnostic/redact.ts'
import type { Cell, Component } from '../inventory/model.ts'
import { type Place, range } from '../inventory/place.ts'
import { urlPasswords } from '../inventory/secret-keys.ts'
import { secretValues } from '../inventory/upstream.ts'
import type { BundleCheck } from '../resource/model.ts'
import { maskYaml } from './mask.ts'
import type { AskParts } from './tool-ask.ts'
import { placeInExpression } from './tool-expression.ts'
import { type Finding, findings } from './tool-message.ts'
import { partPlace, textPlace } from './tool-part.ts'
import { isOfValue, lineIn, pathAtLine, pathInRules, readShipped, spotOf, userPlace } from './tool-place.ts'
import { toolRemedy } from './tool-remedy.ts'
import { memberAt, type Path, searchRefused } from './tool-search.ts'
import { pathByWords } from './tool-words.ts'

/** `promtool refuses the config`, `prometheus refuses the command line`. */
export function refusal(check: BundleCheck): string {
  const tool = check.tool ?? basename(check.program)
  return `${tool} refuses the ${check.flags ? 'command line' : 'config'}`
}

export interface BundleFile {
  /** Relative to the bundle's root, as the tool names it. */
  readonly name: string
  readonly content: string | Uint8Array
  /** The user's own file; absent for what promha generates. */
  readonly path?: string
  /** What a generated YAML file was written from. */
  readonly value?: unknown
  /** No line of it is shown. */
  readonly concealed?: boolean
}

/** What a tool judged. */
export interface Judged {
  readonly check: BundleCheck
  readonly component: Component
  readonly files: readonly BundleFile[]
  /** Whose part of the inventory it is; undefined if that is not known. */
  readonly cell: Cell | undefined
  /** The programs are Debian's. */
  readonly debian?: boolean
  /** Absent: the tool cannot be asked again. */
  readonly ask?: AskParts
}

/** Said instead of what a tool says, where that could quote what promha does not show. */
export const withheldDetail =
  "The config holds parts that lie outside the inventory's directory, so promha does not show what the tool says about it."

/** Each thing that the tool found wrong, at its place in the user's files. `of`: `prometheus in cell eu`. */
export async function toolProblems(judged: Judged, message: string, of: string): Promise<readonly Problem[]> {
  const told = findings(message)
  const each = told.length > 0 ? told : [{ text: message.trim().slice(0, 4_000) }]
  const problems: Problem[] = []
  for (const finding of each) {
    const source = await sourceOf(finding, judged)
    const problem = problemOf(finding, judged, of, source)
    const broken = judged.check.withheld ? undefined : syntaxFault(finding, source, judged.files)
    problems.push(broken ? { ...problem, ...broken } : problem)
  }
  return problems
}

/** What promha's own reader says of a shipped file that is no YAML: go-yaml's words seldom help. */
function syntaxFault({ text }: Finding, source: SourceRange | undefined, files: readonly BundleFile[]) {
  const file = files.find(({ path }) => path !== undefined && path === source?.file)
  if (!file || file.concealed || !/^not valid YAML/.test(text)) return undefined
  const { said } = readOf(file)
  return said && { detail: said.summary, ...(said.remedy ? { remedy: said.remedy } : {}) }
}

function problemOf(
  { text }: Finding,
  { check, files, debian = false }: Judged,
  of: string,
  source: SourceRange | undefined,
) {
  if (check.withheld) {
    return error(`${refusal(check)} of ${of}`, {
      detail: withheldDetail,
      remedy: "Look at that place yourself, or move these files into the inventory's directory to see more.",
      ...(source ? { source: withoutText(source) } : {}),
    })
  }
  return error(`${refusal(check)} of ${of}`, {
    detail: redact(withUserNames(text, files), secretsIn(text, source, files)),
    remedy: toolRemedy(text, source, check.tool ?? basename(check.program), debian),
    ...(source ? { source: misspeltSecret(text) ? withoutText(source) : source } : {}),
  })
}

/** A key whose name is wrong by a letter may still hold a secret: `passwordx: …`. */
function misspeltSecret(said: string): boolean {
  const field = /\bfield "?([\w-]+)"? (?:not found|already set)/.exec(said)?.[1]
  return field !== undefined && /pas+w|secret|tok|cred|key|auth|api|hook|url/i.test(field)
}

function withoutText({ text: _, ...source }: SourceRange): SourceRange {
  return source
}

/** The passwords of the URLs in the text, and the secrets of the shipped file that it is about: no other part has those. */
function secretsIn(
  text: string,
  source: SourceRange | undefined,
  files: readonly BundleFile[],
): readonly string[] {
  const file = files.find(({ path }) => path !== undefined && path === source?.file)
  return [...new Set([...urlPasswords(text), ...(file ? shippedOf(file).secrets : [])])]
}

async function sourceOf(finding: Finding, judged: Judged): Promise<SourceRange | undefined> {
  const { check, component, files, cell } = judged
  const main = check.args.find(arg => /\.\w+$/.test(arg) && files.some(({ name }) => name === arg))
  const file =
    files.find(({ name }) => name === finding.file) ??
    files.find(({ name }) => finding.file !== undefined && basename(name) === basename(finding.file)) ??
    files.find(({ name }) => name === main)
  const content = file === undefined ? '' : textOf(file)
  if (file?.path !== undefined) return inShipped(finding, file.path, file, judged.ask)
  if (!cell) return undefined
  if (file?.value === undefined)
    return ranged(textPlace(cell, component, finding.text, content, finding.line))
  const { line, text, column } = finding
  const path =
    line === undefined
      ? await searched(text, file.value, judged.ask?.(file.name, text, content.length))
      : (pathAtLine(readOf(file).value, line, text, column) ?? [])
  return ranged(userPlace(file.value, path) ?? partPlace(cell, component, path))
}

async function inShipped(
  finding: Finding,
  path: string,
  file: BundleFile,
  ask: AskParts | undefined,
): Promise<SourceRange> {
  const content = textOf(file)
  if (!/\.ya?ml$|\.rules?$/.test(file.name) && !file.name.startsWith('rules/'))
    return lineIn(path, finding.line && !file.concealed ? content : '', finding)
  const { value, fault } = readOf(file)
  const { shown } = shippedOf(file)
  // go-yaml's lines of what is no YAML are often those of the list around it.
  if (fault && !isOfValue(finding)) return lineIn(path, shown, fault)
  // promtool names the line of the rule's name, and the field in its words.
  const field = /: invalid field '(\w+)' in recording rule/.exec(finding.text)?.[1]
  const rule = field === undefined ? undefined : pathInRules(value, finding.text)?.slice(0, 4)
  const wrong = rule && field !== undefined ? userPlace(value, [...rule, field]) : undefined
  if (wrong) return lineIn(path, shown, range(wrong))
  const query = placeInExpression(content, finding)
  if (query) return lineIn(path, shown, query)
  if (finding.line !== undefined) return lineIn(path, shown, spotOf(finding, value, content))
  const found =
    pathInRules(value, finding.text) ??
    (await searched(finding.text, value, ask?.(file.name, finding.text, content.length)))
  const place = userPlace(value, found)
  return lineIn(path, shown, place ? range(place) : {})
}

const texts = new WeakMap<BundleFile, ReturnType<typeof readShipped>>()

/** What a file says, with the places in its own text; read once, however many mistakes it has. */
function readOf(file: BundleFile) {
  const known = texts.get(file) ?? readShipped(file.path ?? file.name, textOf(file))
  texts.set(file, known)
  return known
}

interface Shipped {
  /** Without secrets, line by line as the file. */
  readonly shown: string
  readonly secrets: ReadonlySet<string>
}

const shipped = new WeakMap<BundleFile, Shipped>()

function shippedOf(file: BundleFile): Shipped {
  const known = shipped.get(file)
  if (known) return known
  const secrets = new Set<string>()
  secretValues(readOf(file).value, secrets)
  const read = { shown: file.concealed ? '' : (maskYaml(textOf(file)) ?? ''), secrets }
  shipped.set(file, read)
  return read
}

function textOf({ content }: BundleFile): string {
  return Buffer.from(content).toString('utf8')
}

/** The path to what the words are about if they name no line. Empty if nothing is known. */
async function searched(said: string, value: unknown, refuses: ReturnType<AskParts>): Promise<Path> {
  const found = refuses ? await searchRefused(value, said, refuses) : []
  const below = pathByWords(memberAt(value, found), said)
  return below ? [...found, ...below] : found
}

function ranged(place: Place | undefined): SourceRange | undefined {
  return place && range(place)
}

/** The tool names the staged copy; the user knows the file that it was made from. */
function withUserNames(message: string, files: readonly BundleFile[]): string {
  return files.reduce((text, file) => (file.path ? text.replaceAll(file.name, file.path) : text), message)
}

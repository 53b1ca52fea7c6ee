/** What upstream's own tools say against a bundle, in promha's form: one problem for each thing that is wrong. */
import { basename } from 'node:path'
import type { ConfigPath } from '../../roles/component.ts'
import { remembered } from '../diagnostic/grouped.ts'
import type { Problem, SourceRange } from '../diagnostic/problem.ts'
import { redact } from '../diagnostic/redact.ts'
import type { Cell, Component } from '../inventory/model.ts'
import { urlPasswords } from '../inventory/secret/secret-keys.ts'
import { asWritten } from '../inventory/text/as-written.ts'
import { leavesOf, memberAt } from '../inventory/text/place.ts'
import { type Place, range, withoutLine } from '../inventory/text/source-text.ts'
import { secretValues } from '../inventory/upstream/upstream.ts'
import type { BundleCheck } from '../resource/model.ts'
import type { AskParts } from './finding/ask.ts'
import { placeInExpression } from './finding/expression.ts'
import { type Finding, findings, longestFinding } from './finding/message.ts'
import { partPlace, textPlace } from './finding/part.ts'
import {
  isOfValue,
  lineIn,
  pathAtLine,
  pathInRules,
  readUserFile,
  spotOf,
  userPlace,
} from './finding/place.ts'
import { toolRemedy } from './finding/remedy.ts'
import { searchRefused } from './finding/search.ts'
import { pathByWords } from './finding/words.ts'
import { maskYaml } from './mask.ts'
import { checkProblem } from './messages.ts'

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
  /** No line of it is shown, and no value that a tool quotes. */
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
  const found = findings(message)
  const each = found.length > 0 ? found : [{ text: message.trim().slice(0, longestFinding) }]
  const problems: Problem[] = []
  for (const finding of each) {
    const source = await sourceOf(finding, judged)
    const problem = problemOf(finding, judged, of, source)
    const broken = judged.check.withheld ? undefined : syntaxFault(finding, source, judged.files)
    problems.push(broken ? { ...problem, ...broken } : problem)
  }
  return problems
}

/** What promha's own reader says of a file of the user that is no YAML: go-yaml's words seldom help. */
function syntaxFault({ text }: Finding, source: SourceRange | undefined, files: readonly BundleFile[]) {
  const file = fileAt(source, files)
  if (!file || file.concealed || !/^not valid YAML/.test(text)) return undefined
  const { said } = readOf(file)
  return said && { detail: said.summary, ...(said.remedy ? { remedy: said.remedy } : {}) }
}

/** The user's own file that a place is in. */
function fileAt(source: SourceRange | undefined, files: readonly BundleFile[]): BundleFile | undefined {
  return files.find(({ path }) => path !== undefined && path === source?.file)
}

function problemOf(
  { text }: Finding,
  { check, files, debian = false }: Judged,
  of: string,
  source: SourceRange | undefined,
) {
  if (check.withheld) {
    const place = source ? { source: withoutLine(source) } : {}
    return checkProblem.withheld(place, refusal(check), of, withheldDetail)
  }
  // The tool names the staged copy; the user knows the file that it was made from.
  const shownName = files.reduce((said, { name, path }) => (path ? said.replaceAll(name, path) : said), text)
  const place = source ? { source: misspeltSecret(text) ? withoutLine(source) : source } : {}
  return checkProblem.refused(place, {
    ...{ refusal: refusal(check), of },
    said: redact(shownName, secretsIn(text, source, files)),
    remedy: toolRemedy(text, source, check.tool ?? basename(check.program), debian),
  })
}

/** A key whose name is wrong by a letter may still hold a secret: `passwordx: …`. */
function misspeltSecret(said: string): boolean {
  const field = /\bfield "?([\w-]+)"? (?:not found|already set)/.exec(said)?.[1]
  return field !== undefined && /pas+w|secret|tok|cred|key|auth|api|hook|url/i.test(field)
}

/** Passwords of URLs, the secrets of the file of the user that it is about, and all values of a file that is not shown. */
function secretsIn(text: string, source: SourceRange | undefined, files: readonly BundleFile[]) {
  const file = fileAt(source, files)
  const hidden = files.flatMap(({ concealed, value }) => (concealed ? scalarsIn(value) : []))
  return [...new Set([...urlPasswords(text), ...(file ? userTextOf(file).secrets : []), ...hidden])]
}

/** The texts of a value but for short ones, which no secret has and many a message. */
function scalarsIn(value: unknown): readonly string[] {
  const texts = [...leavesOf(value)].map(({ owner, key }) => asWritten(owner, key) ?? '')
  return texts.filter(text => text.length >= 4)
}

async function sourceOf(finding: Finding, judged: Judged): Promise<SourceRange | undefined> {
  const { check, component, files, cell } = judged
  const main = check.args.find(arg => /\.\w+$/.test(arg) && files.some(({ name }) => name === arg))
  const file =
    files.find(({ name }) => name === finding.file) ??
    files.find(({ name }) => finding.file !== undefined && basename(name) === basename(finding.file)) ??
    files.find(({ name }) => name === main)
  const content = file === undefined ? '' : textOf(file)
  if (file?.path !== undefined) return inUserFile(finding, file.path, file, judged.ask)
  if (!cell) return undefined
  const ranged = (place: Place | undefined) => place && range(place)
  const { line, text, column } = finding
  if (file?.value === undefined)
    return ranged(textPlace(cell, component, { message: text, text: content, line }))
  const path =
    line === undefined
      ? await searched(text, file.value, judged.ask?.(file.name, text, content.length))
      : (pathAtLine(readOf(file).value, line, text, column) ?? [])
  return ranged(userPlace(file.value, path) ?? partPlace(cell, component, path))
}

async function inUserFile(finding: Finding, path: string, file: BundleFile, ask: AskParts | undefined) {
  const content = textOf(file)
  if (!/\.ya?ml$|\.rules?$/.test(file.name) && !file.name.startsWith('rules/'))
    return lineIn(path, finding.line && !file.concealed ? content : '', finding)
  const { value, fault } = readOf(file)
  const { shown } = userTextOf(file)
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

const texts = new WeakMap<BundleFile, ReturnType<typeof readUserFile>>()

/** What a file says, with the places in its own text; read once, however many mistakes it has. */
function readOf(file: BundleFile) {
  return remembered(texts, file, () => readUserFile(file.path ?? file.name, textOf(file)))
}

interface UserText {
  /** Without secrets, line by line as the file. */
  readonly shown: string
  readonly secrets: ReadonlySet<string>
}

const userTexts = new WeakMap<BundleFile, UserText>()

function userTextOf(file: BundleFile): UserText {
  return remembered(userTexts, file, () => {
    const secrets = new Set<string>()
    secretValues(readOf(file).value, secrets)
    return { shown: file.concealed ? '' : (maskYaml(textOf(file)) ?? ''), secrets }
  })
}

function textOf({ content }: BundleFile): string {
  return Buffer.from(content).toString('utf8')
}

/** The path to what the words are about if they name no line. Empty if nothing is known. */
async function searched(said: string, value: unknown, refuses: ReturnType<AskParts>): Promise<ConfigPath> {
  const found = refuses ? await searchRefused(value, said, refuses) : []
  const below = pathByWords(memberAt(value, found), said)
  return below ? [...found, ...below] : found
}

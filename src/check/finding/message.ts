/** What upstream's tools print, taken apart: one finding for each thing that is wrong, with the place that it names. */
import { goUnquoted } from '../../diagnostic/go-text.ts'
import { saysExclusive } from './words.ts'

/** Counted from 1. */
export interface Spot {
  readonly line: number
  readonly column: number
}

/** One thing that a tool found wrong, with the place that it names, if it names one. */
export interface Finding extends Partial<Spot> {
  /** In the tool's words, without the file and the place. */
  readonly text: string
  /** As the tool names it. */
  readonly file?: string
}

interface Reading {
  readonly found: Finding[]
  /** The file that the next lines are about. */
  file: string | undefined
  /** `yaml: unmarshal errors:` was read, so a list of `line N: …` follows. */
  inList: boolean
  /** The last lines are of a library's log; undefined if the tool does not say `FAILED:` after it. */
  inLog?: boolean
}

/** Lines that say nothing about a mistake. */
const noise =
  /^\s*$|^Checking [^\n]*$|\bSUCCESS\b|^Found:$|^ - (global config|route|\d+ (inhibit rules|receivers|templates))$|^\s*FAILED:?\s*$|^\[NOTICE\]|^\[ALERT\][^[]{0,80}(?:Error\(s\)|Fatal errors) found|^Configuration file is (?:in)?valid|^\S{0,80}: error: failed to validate \d+ file\(s\)$/
/** What a program logs beside its errors: `time=… level=WARN source=… msg=…`. */
const aside = /^(?:(?:time|ts|caller|source)=\S{1,200} ){0,4}level=(?:warn|info|debug)\s/i
/** What libraries log by Go's own logger, over several lines: `2026/11/30 07:58:47 WARN: …`. */
const logLine = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /
/** amtool's. promtool names the file in each error, and its `Checking …` comes by another stream, out of order. */
const checking = /^Checking '([^']*)'\s+FAILED:\s*(.*)$/
const parsing = /^(?:error parsing config file|parsing YAML file ([^:\s]+|"[^"]+")): (.*)$/
/** How programs begin what they say of their command line. */
const kingpin = /^(?:Error parsing command line arguments: |[\w.-]{1,40}: error: )+/
const listed = /^\s+line (\d+): (.*)$/
const yamlLine = /^yaml: (?:line (\d+): (?:column (\d+): )?)?(.*)$/
const template = /^(?:template: )([^:\s]+):(\d+):(?:(\d+):)? ?(.*)$/
/** `rules/x.yml: 5:15: …`, of which a tool may name several before its words; `0:0` is no place. */
const fileFirst = /^((?:[^\s:"]|:(?! ))+\.(?:ya?ml|rules?|json|[a-z]{2,5}))(?:: |:(?=\d))(.*)$/
/** keepalived's and HAProxy's, of which the second also names the process. */
const inBrackets =
  /^(?:\((\S{1,200}): Line (\d+)\) |\[(?:ALERT|WARNING)\][^[]{0,80}\[([^\s\]:]{1,200}):(\d+)\] ?:? ?)(.*)$/
const position = /^(\d+):(\d+): (.*)$/

/** Findings that are told of one run of a tool, and characters of each. */
const mostFound = 100
export const longestFinding = 4_000

/** Each finding once, in the order in which the tool names them. */
export function findings(message: string): readonly Finding[] {
  const reading: Reading = { found: [], file: undefined, inList: false }
  if (/\bFAILED:/.test(message)) reading.inLog = false
  for (const line of plainMessage(message).split('\n')) read(line.slice(0, longestFinding), reading)
  const shown = reading.found.filter(({ text }) => text !== '').slice(0, mostFound)
  // promtool reads a rule file twice, into rulefmt.Rule and into rulefmt.RuleNode.
  const idOf = (found: Finding) =>
    JSON.stringify(found)
      .replace(/rulefmt\.R/i, 'rulefmt.R')
      .replace('RuleNode', 'Rule')
  const each = new Map([...shown].reverse().map(found => [idOf(found), found]))
  return [...each.values()].reverse().map(found => ({ ...found, text: found.text.slice(0, longestFinding) }))
}

function read(line: string, reading: Reading): void {
  if (reading.inLog !== undefined) {
    if (logLine.test(line)) reading.inLog = true
    else if (line.trim() === '' || /\bFAILED:/.test(line)) reading.inLog = false
    if (reading.inLog) return
  }
  const failing = checking.exec(line)
  if (failing) {
    reading.file = failing[1]
    return void tell(failing[2] ?? '', reading)
  }
  const one = listed.exec(line)
  if (one && reading.inList)
    return void reading.found.push(placed({ text: one[2] ?? '', line: Number(one[1]) }, reading))
  if (noise.test(line) || aside.test(line)) return
  const failed = /^\s*FAILED: (.*)$/.exec(line)
  if (failed) return void tell(failed[1] ?? '', reading)
  const last = reading.found.at(-1)
  // Several errors that a tool joins stand on lines of their own; the indented ones belong to the one before.
  if (last && /^\s/.test(line) && last.text.length < longestFinding)
    reading.found[reading.found.length - 1] = { ...last, text: `${last.text}\n${line.trim()}` }
  else tell(line, reading)
}

function tell(text: string, reading: Reading): void {
  const said = text.replace(kingpin, '').replace(/, try --help$/, '')
  const bracketed = inBrackets.exec(said)
  if (bracketed) {
    const [, first, firstLine, second, secondLine, text = ''] = bracketed
    const file = first ?? second ?? ''
    return void reading.found.push({ text, file, line: Number(firstLine ?? secondLine) })
  }
  const parsed = parsing.exec(said)
  if (parsed) {
    if (parsed[1]) reading.file = parsed[1].replaceAll('"', '')
    return void tell(parsed[2] ?? '', reading)
  }
  const named = fileFirst.exec(said)
  if (named && !said.startsWith('template: ')) {
    reading.file = named[1]
    return void tell(named[2] ?? '', reading)
  }
  reading.inList = /^yaml: unmarshal errors:$/.test(said)
  if (reading.inList) return
  const inTemplate = template.exec(said)
  if (inTemplate && /\./.test(inTemplate[1] ?? '')) {
    const [, file = '', line, column, text = ''] = inTemplate
    return void reading.found.push({ text, file, ...spot(line, column) })
  }
  const yaml = yamlLine.exec(said)
  if (yaml) {
    const [, line, column, text = ''] = yaml
    return void reading.found.push(
      placed({ text: `not valid YAML: ${text}`, ...spot(line, column) }, reading),
    )
  }
  reading.found.push(placed(positioned(said), reading))
}

function spot(line: string | undefined, column: string | undefined): Partial<Spot> {
  return { ...(line ? { line: Number(line) } : {}), ...(column ? { column: Number(column) } : {}) }
}

/** The first place that is one (`0:0: 4:17: …`); of things that exclude each other the last, which was added. */
function positioned(said: string): Finding {
  let text = said
  const places: Spot[] = []
  for (let at = position.exec(text); at; at = position.exec(text)) {
    const [, line, column, rest = ''] = at
    if (Number(line) > 0) places.push({ line: Number(line), column: Number(column) })
    text = rest
  }
  const [first] = places
  const last = [...places].sort((a, b) => a.line - b.line || a.column - b.column).at(-1)
  return { text, ...(saysExclusive(text) ? last : first) }
}

function placed(found: Finding, { file }: Reading): Finding {
  return file === undefined ? found : { ...found, file }
}

/** What a program refuses, without other lines of its log. A message that is no log stays as it is. */
export function plainMessage(message: string): string {
  const lines = message.split('\n')
  const errors = lines.flatMap(line => {
    const start = line.search(/\blevel=(?:error|ERROR) /)
    if (start < 0) return []
    // Each once, from left to right: a line may be of nothing but these.
    const all = line.slice(start).matchAll(/\berr=("(?:[^"\\]|\\.)*"|\S+)/g)
    const said = [...all].find(({ 0: whole, index }) => start + index + whole.length === line.length)?.[1]
    return said === undefined ? [] : [goUnquoted(said)]
  })
  if (errors.length === 0) return message
  const others = lines.filter(line => !/\blevel=\w+ /.test(line))
  return [...errors, ...others].join('\n')
}

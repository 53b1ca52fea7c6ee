/** The outcome as JUnit XML: a suite of hosts, one of checks, and one of problems that belong to neither. */
import { isError, type Problem } from '../../diagnostic/problem.ts'
import { visible } from '../../diagnostic/visible.ts'
import type { CommandOutcome, Tally } from '../outcome.ts'
import { documentError } from './document.ts'

interface Case {
  readonly name: string
  readonly group: string
  /** Absent where all is well. */
  readonly verdict?: {
    readonly kind: 'failure' | 'error' | 'skipped'
    readonly message: string
    readonly text: string
  }
  readonly output?: string
}

/** A complete XML document, ending in a line end. */
export function junitText(outcome: CommandOutcome, tally: Tally): string {
  const cases = { run: runCases(outcome), hosts: hostCases(outcome), checks: checkCases(outcome) }
  const suites = Object.entries(cases).flatMap(([name, of]) => (of.length === 0 ? [] : [suite(name, of)]))
  const time = (tally.elapsed / 1000).toFixed(3)
  const open = `<testsuites name=${quoted(`promha ${outcome.command}`)} time="${time}">`
  return ['<?xml version="1.0" encoding="UTF-8"?>', open, ...suites, '</testsuites>', ''].join('\n')
}

function runCases({ command, problems, result }: CommandOutcome): readonly Case[] {
  const errors = problems.filter(isError)
  if (errors.length > 0)
    return errors.map(problem => ({ name: problem.summary, group: command, verdict: errorOf([problem]) }))
  if (result !== 'interrupted') return [{ name: command, group: command }]
  const verdict = { kind: 'error', message: result, text: result } as const
  return [{ name: command, group: command, verdict }]
}

function hostCases({ hosts = [] }: CommandOutcome): readonly Case[] {
  return hosts.map(host => {
    const base = { name: host.host, group: host.cells.join(',') }
    if (host.status === 'skipped')
      return { ...base, verdict: { kind: 'skipped', message: 'skipped', text: '' } }
    if (host.status === 'ok' || host.status === 'changed' || host.status === 'differs')
      return { ...base, output: host.status }
    return { ...base, verdict: errorOf(host.problems, host.status) }
  })
}

function checkCases({ checks = [] }: CommandOutcome): readonly Case[] {
  return checks.map(({ id, target, status, detail, remedy }) => {
    const base = { name: `${id} ${target}`, group: id }
    if (status === 'skip') return { ...base, verdict: { kind: 'skipped', message: detail, text: '' } }
    if (status === 'fail')
      return { ...base, verdict: { kind: 'failure', message: detail, text: remedy ?? '' } }
    return { ...base, output: status === 'warn' ? `warning: ${detail}` : detail }
  })
}

function errorOf(problems: readonly Problem[], fallback = ''): NonNullable<Case['verdict']> {
  const told = problems.map(documentError).map(({ code: _, ...words }) => Object.values(words).join('\n'))
  const text = told.join('\n\n')
  return { kind: 'error', message: problems.map(({ summary }) => summary).join('; ') || fallback, text }
}

function suite(name: string, cases: readonly Case[]): string {
  const number = (kind: string) => cases.filter(({ verdict }) => verdict?.kind === kind).length
  const counts = `tests="${cases.length}" failures="${number('failure')}" errors="${number('error')}" skipped="${number('skipped')}"`
  return [`  <testsuite name=${quoted(name)} ${counts}>`, ...cases.map(caseText), '  </testsuite>'].join('\n')
}

function caseText({ name, group, verdict, output }: Case): string {
  const open = `    <testcase classname=${quoted(group)} name=${quoted(name)}`
  if (verdict !== undefined) {
    const body = `<${verdict.kind} message=${quoted(verdict.message)}>${escaped(verdict.text)}</${verdict.kind}>`
    return `${open}>${body}</testcase>`
  }
  return output === undefined ? `${open}/>` : `${open}><system-out>${escaped(output)}</system-out></testcase>`
}

/** Characters that XML 1.0 cannot carry at all, and invisible ones, are shown as escapes. */
function escaped(text: string): string {
  return visible(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`
}

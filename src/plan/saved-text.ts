/** A saved plan as text, and back. Pure. */
import { error, ProblemError } from '../diagnostic/problem.ts'
import { visibleJson } from '../diagnostic/visible.ts'
import type { SavedPlan } from './saved.ts'

/** Ends with a line end. */
export function savedPlanText(plan: SavedPlan): string {
  return `${visibleJson(JSON.stringify(plan, null, 2))}\n`
}

/** Whether a text is a saved plan of any version, and so may be replaced by another one. */
export function isSavedPlan(text: string): boolean {
  const value = parsed(text)
  return isRecord(value) && 'promha' in value && value.kind === 'plan'
}

/** `file`: as the user typed it. Throws a ProblemError for what is no saved plan, or one of another version. */
export function parseSavedPlan(text: string, file: string): SavedPlan {
  const value = parsed(text)
  if (!isRecord(value) || value.kind !== 'plan')
    throw refused(`${file} is no saved plan`, 'name a file that `promha plan --out` wrote')
  if (value.promha !== 1)
    throw refused(
      `${file} is a saved plan of version ${JSON.stringify(value.promha)}, and this promha knows version 1`,
      'make the plan and apply it with the same promha',
    )
  if (!isPlan(value) || !isConsistent(value as unknown as SavedPlan))
    throw refused(
      `${file} is not whole: it was cut off or edited`,
      'make the plan again with `promha plan --out`',
    )
  return value as unknown as SavedPlan
}

function refused(summary: string, remedy: string): ProblemError {
  return new ProblemError([error(summary, { remedy })])
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Fields = Readonly<Record<string, unknown>>

function isPlan({ inventory, selection, hosts }: Fields): boolean {
  return (
    isText(inventory) &&
    isRecord(selection) &&
    isList(selection.hosts, isText) &&
    isList(selection.components, isText) &&
    isList(hosts, isHost)
  )
}

/** It says something of each host that it was made for once, and of no other one. */
function isConsistent({ selection, hosts }: SavedPlan): boolean {
  const named = hosts.map(({ host }) => host)
  return hosts.length > 0 && named.join() === [...new Set(selection.hosts)].sort().join()
}

function isHost(value: unknown): boolean {
  return (
    isRecord(value) && isText(value.host) && isText(value.status) && isList(value.components, isComponent)
  )
}

function isComponent(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value.component) &&
    isHash(value.observed) &&
    isHash(value.desired) &&
    isList(value.changes, isChange)
  )
}

function isChange(value: unknown): boolean {
  return isRecord(value) && isText(value.resource) && isText(value.action) && isText(value.reason)
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

function isList(value: unknown, is: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is)
}

/** A saved plan as text, and back. Pure. */
import { ProblemError } from '../../diagnostic/problem.ts'
import { visibleJson } from '../../diagnostic/visible.ts'
import { savedPlanProblem } from './messages.ts'
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
  if (!isRecord(value) || value.kind !== 'plan') throw new ProblemError([savedPlanProblem.noPlan({}, file)])
  if (value.promha !== 1) throw new ProblemError([savedPlanProblem.otherVersion({}, file, value.promha)])
  const plan = value as unknown as SavedPlan
  if (!isPlan(value) || !isConsistent(plan)) throw new ProblemError([savedPlanProblem.notWhole({}, file)])
  return plan
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** It says something of each host that it was made for once, and of no other one. */
function isConsistent({ selection, hosts }: SavedPlan): boolean {
  const named = hosts.map(({ host }) => host)
  return hosts.length > 0 && named.join() === [...new Set(selection.hosts)].sort().join()
}

type Is = (value: unknown) => boolean

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function recordOf(members: Readonly<Record<string, Is>>): Is {
  return value => isRecord(value) && Object.entries(members).every(([name, is]) => is(value[name]))
}

function listOf(is: Is): Is {
  return value => Array.isArray(value) && value.every(is)
}

const isText: Is = value => typeof value === 'string'
const isHash: Is = value => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
const isChange = recordOf({ resource: isText, action: isText, reason: isText })
const hashes = { observed: isHash, desired: isHash }
const isComponent = recordOf({ component: isText, ...hashes, changes: listOf(isChange) })
const isPlan = recordOf({
  inventory: isText,
  selection: recordOf({ hosts: listOf(isText), components: listOf(isText) }),
  hosts: listOf(recordOf({ host: isText, status: isText, components: listOf(isComponent) })),
})

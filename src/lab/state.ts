/** The labs' records under the lab's root directory. */
import { readdir, readFile } from 'node:fs/promises'
import { requireOurs } from '../trust/foreign-problem.ts'
import { replaceFile } from '../trust/replace-file.ts'
import { labPaths, labRoot } from './machine/paths.ts'
import type { LabState } from './model.ts'

/** The record of one lab; undefined if there is none or it was cut short. Rejects if others can change it. */
export async function readState(name: string): Promise<LabState | undefined> {
  requireOurs(labPaths(name).state, "the lab's record cannot be used")
  try {
    const state = JSON.parse(await readFile(labPaths(name).state, 'utf8')) as LabState
    return state.format === 1 && state.name === name && Array.isArray(state.hosts) ? state : undefined
  } catch {
    return undefined
  }
}

export async function writeState(state: LabState): Promise<LabState> {
  await replaceFile(labPaths(state.name).state, `${JSON.stringify(state, null, 2)}\n`, 0o644)
  return state
}

/** Every lab of this machine, by name. */
export async function allStates(): Promise<LabState[]> {
  const names = await readdir(labRoot).catch(() => [])
  const states = await Promise.all(names.filter(name => !name.startsWith('base-')).map(readState))
  return states.filter(state => state !== undefined)
}

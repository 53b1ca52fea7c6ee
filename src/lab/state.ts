/** The labs' records under the lab's root directory. */
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import type { LabState } from './model.ts'
import { labPaths, labRoot } from './paths.ts'

/** The record of one lab; undefined where there is none or where it was cut short. */
export async function readState(name: string): Promise<LabState | undefined> {
  try {
    const state = JSON.parse(await readFile(labPaths(name).state, 'utf8')) as LabState
    return state.format === 1 && state.name === name && Array.isArray(state.hosts) ? state : undefined
  } catch {
    return undefined
  }
}

export async function writeState(state: LabState): Promise<void> {
  const file = labPaths(state.name).state
  await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`)
  await rename(`${file}.new`, file)
}

/** Every lab of this machine, by name. */
export async function allStates(): Promise<LabState[]> {
  const names = await readdir(labRoot).catch(() => [])
  const states = await Promise.all(names.filter(name => !name.startsWith('base-')).map(readState))
  return states.filter(state => state !== undefined)
}

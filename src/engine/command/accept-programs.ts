/** Programs that a person accepts to run on this machine. */
import { addHashes, disbelief, type HashList, hashLists } from '../../artifact/cache/hash-list.ts'
import { type LocalProgramRow, localPrograms } from '../../check/tool/local-program.ts'
import { ProblemError } from '../../diagnostic/problem.ts'
import type { Inventory } from '../../inventory/model.ts'
import type { Emit } from '../event.ts'
import { prepareAll } from '../prepare.ts'

const heading =
  'Programs that promha may run on this machine, by their SHA-256. Written by `promha artifacts trust`.'

/** Every program that judges this inventory's configs here. Rejects with a ProblemError if one is not what its source says. */
export async function programsHere(
  inventory: Inventory,
  emit: Emit,
  signal: AbortSignal,
): Promise<readonly LocalProgramRow[]> {
  const { artifacts, instances } = await prepareAll(inventory, emit, signal)
  const rows = await localPrograms(instances, artifacts, inventory)
  await artifacts.save()
  return rows
}

/** This user's list of accepted programs. Throws a ProblemError if it could not be believed afterwards. */
export function acceptedList({ directory }: Pick<Inventory, 'directory'>): HashList {
  const { accepted } = hashLists()
  const problem = disbelief(accepted, directory)
  if (problem) throw new ProblemError([problem])
  return accepted
}

/** Writes the programs into the list, and answers them as they are then. Throws a ProblemError if it cannot be written. */
export async function accept(
  rows: readonly LocalProgramRow[],
  list: HashList,
): Promise<readonly LocalProgramRow[]> {
  const fresh = rows.filter(({ trusted }) => trusted === 'no')
  const hashes = fresh.map(({ sha256, name, version, arch, source }) => ({
    sha256,
    what: `${name} ${version} (${arch}) from ${source}`,
  }))
  await addHashes(list, heading, hashes)
  return rows.map(row => (fresh.includes(row) ? { ...row, trusted: 'accepted' as const } : row))
}

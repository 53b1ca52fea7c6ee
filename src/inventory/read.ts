/** Reads an inventory and all files that it names. Besides `edge/`, the only file here that uses the file system. */
import { realpath } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Problem, ProblemError, throwErrors } from '../diagnostic/problem.ts'
import { homeIfAny } from '../trust/user-directories.ts'
import { buildInventory } from './build.ts'
import { cellTexts } from './cell/cells.ts'
import { type Base, type Context, displayPath, type ReadFile, requestKey } from './context.ts'
import { fileFault, readAll, readBounded } from './edge/files.ts'
import { type ReadSecrets, resolveReferences, type Variables } from './edge/references.ts'
import { fileRequests, namedPaths, referencedPaths, unclearCommands } from './file/named.ts'
import { inventoryProblem } from './messages.ts'
import type { Inventory } from './model.ts'
import type { Rules } from './rules.ts'
import { conform } from './schema/conform.ts'
import type { InventoryText } from './schema/schema.ts'
import { mayHoldReference } from './secret/reference-places.ts'
import { expandReferences, findReferences, placeholder } from './secret/secrets.ts'
import { tellNearReferences } from './secret/unexpanded.ts'
import { decode } from './text/parsed-file.ts'
import { safeProblems } from './text/shown.ts'
import { source } from './text/source-text.ts'
import { secretValues } from './upstream/upstream.ts'
import { parseYaml } from './yaml/yaml.ts'

/** Gets the paths that references name, and problems of commands whose paths are not known. */
type Approve = (named: readonly string[], unclear: readonly Problem[]) => void

export interface ReadOptions extends Variables {
  /** What is not resolved or read is replaced by placeholders. */
  readonly secrets?: ReadSecrets
  /** It is called before any `${cmd:…}` is run, and throws to refuse. */
  readonly approve?: Approve
  /** Directories in which `artifacts.keyring` may lie; the machine's own if absent. */
  readonly keyrings?: readonly string[]
}

export interface InventoryRead {
  readonly inventory: Inventory
  readonly warnings: readonly Problem[]
  /** Absolute paths of all that the inventory names, itself included. */
  readonly named: readonly string[]
}

/** Reads and checks an inventory and every file that it names. Throws a ProblemError with all problems at once. */
export async function readByRules(file: string, rules: Rules, options: ReadOptions): Promise<InventoryRead> {
  const { base, real, from, outside, value, problems, references, referenced } = await parsed(file)
  options.approve?.(referenced, unclearCommands(references))
  tellNearReferences(value, from.text, mayHoldReference, problems)
  const answers = await resolveReferences(references, base, options)
  const { secrets: expanded, placeholders } = expandReferences(value, answers, problems)
  const secrets = new Set(expanded)
  secretValues(value, secrets)
  const hidden = new Set(outside ? [file] : [])
  const text = conform(value, { source: from, start: 0, end: 0 }, problems)
  if (text === undefined) throw new ProblemError(safeProblems(problems, [...secrets], hidden))
  const cells = cellTexts(text)
  const files = await readNamedFiles(text, cells, base, real, options.keyrings)
  const context: Context = { ...base, source: from, problems, rules, files }
  const inventory = buildInventory(text, cells, [...secrets], context)
  const read = [...files.values()].flatMap(answer => ('files' in answer ? answer.files : []))
  for (const one of read) if (one.outside) hidden.add(displayPath(one.path, context))
  const all = [...problems, ...rules.siteProblems(inventory, problems)]
  const found = safeProblems(all, inventory.secrets, hidden)
  throwErrors(found)
  return {
    inventory: placeholders ? { ...inventory, placeholders } : inventory,
    warnings: found,
    named: [...referenced, ...namedPaths(text, cells, files, base)],
  }
}

/** What an inventory names, as far as it is known without its secrets; if it cannot be read, only its own path. */
export async function readNamed(
  file: string,
): Promise<Pick<InventoryRead, 'named'> & { unclear: readonly Problem[] }> {
  try {
    const { base, real, from, value, references, referenced } = await parsed(file)
    const answers = references.map(
      ({ text }, index) => [text, { value: placeholder(index + 1), placeholder: true }] as const,
    )
    expandReferences(value, new Map(answers), [])
    const text = conform(value, { source: from, start: 0, end: 0 }, [])
    const unclear = unclearCommands(references)
    if (text === undefined) return { named: referenced, unclear }
    const cells = cellTexts(text)
    const files = await readNamedFiles(text, cells, base, real)
    return { named: [...referenced, ...namedPaths(text, cells, files, base)], unclear }
  } catch (thrown) {
    // The run that reads all of it reports what is wrong.
    if (thrown instanceof ProblemError) return { named: [resolve(file)], unclear: [] }
    throw thrown
  }
}

/** The inventory names a prometheus.yml, which names files of scrape jobs, which name the last files. */
const rounds = 3

/** Every file that the inventory names, and every file that these name. */
async function readNamedFiles(
  text: InventoryText,
  cells: ReturnType<typeof cellTexts>,
  base: Base,
  real: string,
  keyrings?: readonly string[],
): Promise<Context['files']> {
  let files: Context['files'] = new Map()
  for (let round = 0; round < rounds; round += 1) {
    const requests = fileRequests(text, cells, base, files).filter(one => !files.has(requestKey(one)))
    if (requests.length === 0) break
    files = new Map([...files, ...(await readAll(requests, real, keyrings))])
  }
  return files
}

/** An inventory as YAML, with what its references name. Throws a ProblemError if it cannot be read. */
async function parsed(file: string) {
  const path = resolve(file)
  const base = { file, directory: dirname(path), home: homeIfAny() }
  // The user may reach it by links, which must not count as files outside of it.
  const real = await realpath(base.directory).catch(() => base.directory)
  const { text, outside } = await readText(file, path, real)
  const from = source(file, text, outside)
  const { value, problems } = parseYaml(from)
  if (value === undefined) throw new ProblemError(problems)
  const references = findReferences(value)
  const referenced = [path, ...referencedPaths(references, base)]
  return { base, real, from, outside, value, problems: [...problems], references, referenced }
}

async function readText(file: string, path: string, directory: string) {
  let read: ReadFile
  try {
    read = await readBounded(path, true, directory)
  } catch (fault) {
    throw new ProblemError([inventoryProblem.unreadable({}, file, fileFault(fault))])
  }
  const text = decode(read.bytes)
  if (text === undefined) throw new ProblemError([inventoryProblem.notUtf8({}, file)])
  return { text, outside: read.outside === true }
}

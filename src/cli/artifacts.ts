import { Command, InvalidArgumentError } from 'commander'
import { architectures } from '../artifact/catalog.ts'
import type { ListedArtifact } from '../artifact/fetch-all.ts'
import type { Arch } from '../artifact/model.ts'
import { type Inventory, releasedComponents } from '../inventory/model.ts'
import { type ReportFlags, withReport } from './options.ts'
import type { Session } from './session.ts'

interface FetchFlags extends ReportFlags {
  readonly update?: boolean
  readonly arch?: readonly Arch[]
}

export function command(): Command {
  const artifacts = new Command('artifacts').description('the programs: fetch and list them')
  artifacts.addCommand(
    withReport(new Command('fetch'))
      .description('fill the cache and the lock file with all that the inventory uses')
      .argument('<inventory>', 'the inventory file')
      .option('--update', 'ask the source again and replace what the lock file holds')
      .option('--arch <list>', `architectures, comma-separated: ${architectures.join(', ')}`, toArchitectures)
      .action(fetch),
  )
  artifacts.addCommand(
    withReport(new Command('list'))
      .description('what the lock file holds, and whether it is in the cache')
      .argument('<inventory>', 'the inventory file')
      .action(list),
  )
  return artifacts
}

async function fetch(file: string, flags: FetchFlags): Promise<void> {
  await tell('artifacts fetch', file, flags, async (inventory, { emit, signal }) => {
    const { fetchAll, listArtifacts } = await import('../artifact/fetch-all.ts')
    const began = performance.now()
    emit({ type: 'stage-begin', stage: 'fetch' })
    const releases = await fetchAll(inventory, {
      emit: progress => emit({ type: 'download', progress }),
      signal,
      update: flags.update ?? false,
      ...(flags.arch === undefined ? {} : { architectures: flags.arch }),
    })
    emit({ type: 'stage-end', stage: 'fetch', elapsed: performance.now() - began })
    const listed = await listArtifacts(inventory)
    // Of the programs what this inventory uses; packages are all fetched.
    const fetched = new Set(releases.flatMap(({ files }) => files.map(({ sha256 }) => sha256)))
    const isProgram = (component: string) => (releasedComponents as readonly string[]).includes(component)
    return listed.filter(
      ({ component, files }) => !isProgram(component) || files.every(({ sha256 }) => fetched.has(sha256)),
    )
  })
}

async function list(file: string, flags: ReportFlags): Promise<void> {
  await tell('artifacts list', file, flags, async inventory => {
    const { listArtifacts } = await import('../artifact/fetch-all.ts')
    return listArtifacts(inventory)
  })
}

type Work = (inventory: Inventory, session: Session) => Promise<readonly ListedArtifact[]>

/** Does the work on the inventory; the artifacts are what the command found. */
async function tell(command: string, file: string, flags: ReportFlags, work: Work): Promise<void> {
  const { session } = await import('./session.ts')
  await session(command, file, flags, async current => {
    const { readInventory } = await import('../inventory/read.ts')
    const { inventory, warnings } = await readInventory(file)
    current.hide(inventory.secrets)
    const artifacts = await work(inventory, current)
    return { artifacts, problems: warnings, interrupted: current.signal.aborted }
  })
}

function toArchitectures(text: string): readonly Arch[] {
  const names = text.split(',').map(name => name.trim())
  const wrong = names.filter(name => !(architectures as readonly string[]).includes(name))
  if (wrong.length > 0)
    throw new InvalidArgumentError(`promha knows ${architectures.join(', ')}, not ${wrong.join(', ')}.`)
  return names as Arch[]
}

import { Command, InvalidArgumentError } from 'commander'
import { architectures } from '../artifact/catalog.ts'
import type { ListedArtifact } from '../artifact/fetch-all.ts'
import type { Arch } from '../artifact/model.ts'
import type { Inventory } from '../inventory/model.ts'
import { type EnvironmentFlags, variablesOf, withInventory } from './inventory-file.ts'
import { type ReportFlags, withReport } from './options.ts'
import type { Session } from './session.ts'

interface FetchFlags extends ReportFlags, EnvironmentFlags {
  readonly update?: boolean
  readonly arch?: readonly Arch[]
}

interface TrustFlags extends ReportFlags, EnvironmentFlags {
  readonly yes?: boolean
}

export function command(): Command {
  const artifacts = new Command('artifacts').description('the programs: fetch, list and trust them')
  artifacts.addCommand(
    withInventory(withReport(new Command('fetch')))
      .description('fill the cache and the lock file with all that the inventory uses')
      .option('--update', 'ask the source again and replace what the lock file holds')
      .option('--arch <list>', `architectures, comma-separated: ${architectures.join(', ')}`, toArchitectures)
      .action(fetch),
  )
  artifacts.addCommand(
    withInventory(withReport(new Command('list')))
      .description('what the lock file holds, and whether it is in the cache')
      .action(list),
  )
  artifacts.addCommand(
    withInventory(withReport(new Command('trust')))
      .description("accept the inventory's programs to run on this machine, where they check configs")
      .option('--yes', 'ask nothing: accept all that are shown')
      .addHelpText(
        'after',
        `
Programs that promha itself fetches from upstream or from Debian's signed archive need no acceptance. Those of a mirror or
a directory, and those of a cache or a lock file that came with the inventory, are not run here before you accept them.
Compare the hashes with upstream's. They are written to ~/.config/promha/trusted, or to the file that PROMHA_TRUSTED
names: it must lie outside of the checkout. --json needs --yes.`,
      )
      .action(trust),
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
      warn: problem => emit({ type: 'problem', problem }),
      update: flags.update ?? false,
      ...(flags.arch === undefined ? {} : { architectures: flags.arch }),
    })
    emit({ type: 'stage-end', stage: 'fetch', elapsed: performance.now() - began })
    const listed = await listArtifacts(inventory)
    // Of the programs what this inventory uses; packages are all fetched.
    const fetched = new Set(releases.flatMap(({ files }) => files.map(({ sha256 }) => sha256)))
    return listed.filter(
      ({ archives, files }) => archives.length === 0 || files.every(({ sha256 }) => fetched.has(sha256)),
    )
  })
}

async function list(file: string, flags: ReportFlags & EnvironmentFlags): Promise<void> {
  await tell('artifacts list', file, flags, async inventory => {
    const { listArtifacts } = await import('../artifact/fetch-all.ts')
    return listArtifacts(inventory)
  })
}

async function trust(file: string, flags: TrustFlags): Promise<void> {
  const { session } = await import('./session.ts')
  await session('artifacts trust', file, flags, async ({ emit, signal, hide, confirm }) => {
    const { readInventory } = await import('../site/read.ts')
    const { accept, acceptedList, programsHere } = await import('../engine/trust.ts')
    // As `validate` reads it: a change that has not been read runs no command.
    const { inventory, warnings } = await readInventory(file, {
      secrets: false,
      ...(await variablesOf(flags)),
    })
    hide(inventory.secrets)
    const list = acceptedList(inventory)
    const rows = await programsHere(inventory, emit, signal)
    const finding = { problems: warnings, interrupted: signal.aborted }
    if (rows.every(({ trusted }) => trusted !== 'no')) return { ...finding, programs: rows }
    const { visibleLine } = await import('../diagnostic/visible.ts')
    const { programsText } = await import('../report/programs-table.ts')
    const { mustConfirm } = await import('./confirm.ts')
    const fresh = rows.filter(({ trusted }) => trusted === 'no')
    const question = `${programsText(fresh)}\n\nMay promha run ${fresh.length === 1 ? 'this program' : 'these programs'} on this machine? That is written to ${visibleLine(list.path)}.`
    // Scripts read the document, so --json asks nothing. Ctrl-C does not answer the question.
    await mustConfirm(question, flags.yes ?? false, flags.json ? undefined : confirm).finally(() =>
      signal.throwIfAborted(),
    )
    return { ...finding, programs: await accept(rows, list) }
  })
}

type Work = (inventory: Inventory, session: Session) => Promise<readonly ListedArtifact[]>

/** Does the work on the inventory; the artifacts are what the command found. */
async function tell(
  command: string,
  file: string,
  flags: ReportFlags & EnvironmentFlags,
  work: Work,
): Promise<void> {
  const { session } = await import('./session.ts')
  await session(command, file, flags, async current => {
    const { readInventory } = await import('../site/read.ts')
    const { inventory, warnings } = await readInventory(file, await variablesOf(flags))
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

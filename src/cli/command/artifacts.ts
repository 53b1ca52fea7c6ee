import { Command, InvalidArgumentError } from 'commander'
import { architectures } from '../../artifact/catalog.ts'
import type { ListedArtifact } from '../../artifact/fetch-all.ts'
import type { Arch, DownloadProgress } from '../../artifact/model.ts'
import { defined } from '../../diagnostic/defined.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { stage } from '../../engine/stage.ts'
import type { Inventory } from '../../inventory/model.ts'
import { type EnvironmentFlags, readHere, withInventory } from '../input/inventory-file.ts'
import { withNote } from '../input/note.ts'
import { listOption, type ReportFlags, withReport } from '../input/options.ts'
import { type Session, session } from '../session.ts'

type Flags = ReportFlags & EnvironmentFlags

interface FetchFlags extends Flags {
  readonly update?: boolean
  readonly only?: readonly string[]
  readonly arch?: readonly Arch[]
}

const trusting = `Programs that promha itself fetches from upstream or from Debian's signed archive need no acceptance. Those of a mirror or
a directory, and those of a cache or a lock file that came with the inventory, are not run here before you accept them.
Compare the hashes with upstream's. They are written to ~/.config/promha/trusted, or to the file that PROMHA_TRUSTED
names: it must lie outside of the checkout. --json needs --yes.`

export function command(): Command {
  const artifacts = new Command('artifacts').description('the programs: fetch, list and trust them')
  artifacts.addCommand(
    withInventory(withReport(new Command('fetch')))
      .description('fill the cache and the lock file with all that the inventory uses')
      .option('--update', 'ask the source again and replace what the lock file holds')
      .option(
        '--arch <architectures>',
        `architectures, comma-separated: ${architectures.join(', ')}`,
        toArchitectures,
      )
      .option('--only <components>', 'only the programs of these components, comma-separated', listOption)
      .action(fetch),
  )
  artifacts.addCommand(
    withInventory(withReport(new Command('list')))
      .description('what the lock file holds, and whether it is in the cache')
      .action(listAll),
  )
  artifacts.addCommand(
    withNote(withInventory(withReport(new Command('trust'))), trusting)
      .description("accept the inventory's programs to run on this machine, where they check configs")
      .option('--yes', 'ask nothing: accept all that are shown')
      .action(trust),
  )
  return artifacts
}

async function fetch(file: string, flags: FetchFlags): Promise<void> {
  await tell('artifacts fetch', file, flags, async (inventory, { emit, signal }) => {
    const { fetchAll, listArtifacts } = await import('../../artifact/fetch-all.ts')
    const { select } = await import('../../inventory/host/select.ts')
    const { only } = flags
    const components = only && select(inventory, { only }).components
    const options = {
      emit: (progress: DownloadProgress) => emit({ type: 'download', progress }),
      signal,
      warn: (problem: Problem) => emit({ type: 'problem', problem }),
      update: flags.update ?? false,
      ...defined({ components, architectures: flags.arch }),
    }
    const releases = await stage(emit, 'fetch', () => fetchAll(inventory, options))
    const listed = await listArtifacts(inventory)
    // Of the programs what this inventory uses; packages are all fetched, unless programs are named.
    const fetched = new Set(releases.flatMap(({ files }) => files.map(({ sha256 }) => sha256)))
    return listed.filter(({ archives, files }) =>
      archives.length === 0 ? only === undefined : files.every(({ sha256 }) => fetched.has(sha256)),
    )
  })
}

async function listAll(file: string, flags: Flags): Promise<void> {
  const { listArtifacts } = await import('../../artifact/fetch-all.ts')
  await tell('artifacts list', file, flags, listArtifacts)
}

async function trust(file: string, flags: Flags & { readonly yes?: boolean }): Promise<void> {
  await session('artifacts trust', file, flags, async work => {
    const { emit, signal, confirm } = work
    const { accept, acceptedList, programsHere } = await import('../../engine/command/accept-programs.ts')
    // As `validate` reads it: a change that has not been read runs no command.
    const { inventory, warnings } = await readHere(file, flags, work)
    const list = acceptedList(inventory)
    const rows = await programsHere(inventory, emit, signal)
    const finding = { problems: warnings, interrupted: signal.aborted }
    if (rows.every(({ trusted }) => trusted !== 'no')) return { ...finding, programs: rows }
    const { visibleLine } = await import('../../diagnostic/visible.ts')
    const { programsText } = await import('../../report/text/tables.ts')
    const { mustConfirm } = await import('../input/confirm.ts')
    const untrusted = rows.filter(({ trusted }) => trusted === 'no')
    const question = `${programsText(untrusted)}\n\nMay promha run ${untrusted.length === 1 ? 'this program' : 'these programs'} on this machine? That is written to ${visibleLine(list.path)}.`
    // Scripts read the document, so --json asks nothing. Ctrl-C does not answer the question.
    await mustConfirm(question, flags.yes ?? false, flags.json ? undefined : confirm).finally(() =>
      signal.throwIfAborted(),
    )
    return { ...finding, programs: await accept(rows, list) }
  })
}

type Work = (inventory: Inventory, session: Session) => Promise<readonly ListedArtifact[]>

/** Does the work on the inventory; the artifacts are what the command found. */
async function tell(command: string, file: string, flags: Flags, work: Work): Promise<void> {
  await session(command, file, flags, async current => {
    const { inventory, warnings } = await readHere(file, flags, current, 'mirrors')
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

import { Command, InvalidArgumentError } from 'commander'
import { architectures } from '../artifact/catalog.ts'
import type { ListedRelease } from '../artifact/fetch-all.ts'
import type { Arch } from '../artifact/model.ts'
import type { Emit, Event } from '../engine/event.ts'
import type { Inventory } from '../inventory/model.ts'
import type { Result } from '../report/document.ts'
import { type ReportFlags, withReport } from './options.ts'

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
  await tell('artifacts fetch', file, flags, async (inventory, emit, signal) => {
    const { fetchAll, listReleases } = await import('../artifact/fetch-all.ts')
    const began = performance.now()
    emit({ type: 'stage-begin', stage: 'fetch' })
    const releases = await fetchAll(inventory, {
      emit: progress => emit({ type: 'download', progress }),
      signal,
      update: flags.update ?? false,
      ...(flags.arch === undefined ? {} : { architectures: flags.arch }),
    })
    emit({ type: 'stage-end', stage: 'fetch', elapsed: performance.now() - began })
    const listed = await listReleases(inventory)
    return listed.filter(entry =>
      releases.some(
        release =>
          release.component === entry.component &&
          release.version === entry.version &&
          release.arch === entry.arch &&
          release.files[0]?.sha256 === entry.files[0]?.sha256,
      ),
    )
  })
}

async function list(file: string, flags: ReportFlags): Promise<void> {
  await tell('artifacts list', file, flags, async inventory => {
    const { listReleases } = await import('../artifact/fetch-all.ts')
    return listReleases(inventory)
  })
}

type Work = (inventory: Inventory, emit: Emit, signal: AbortSignal) => Promise<readonly ListedRelease[]>

/** Does the work on the inventory; releases go to stdout as a table or as one JSON document, the rest to stderr. */
async function tell(command: string, file: string, flags: ReportFlags, work: Work): Promise<void> {
  if (flags.json) return tellAsJson(command, file, work)
  const { session } = await import('./session.ts')
  let releases: readonly ListedRelease[] = []
  await session(command, file, flags, async ({ emit, signal, hide }) => {
    const { readInventory } = await import('../inventory/read.ts')
    const { inventory, warnings } = await readInventory(file)
    hide(inventory.secrets)
    releases = await work(inventory, emit, signal)
    return { problems: warnings, interrupted: signal.aborted }
  })
  if (releases.length > 0 && !flags.quiet) process.stdout.write(`${await tableOf(releases)}\n`)
}

async function tellAsJson(command: string, file: string, work: Work): Promise<void> {
  const began = performance.now()
  const { watchInterrupt } = await import('./interrupt.ts')
  const interrupt = watchInterrupt(text => process.stderr.write(`${text}\n`))
  const { readInventory } = await import('../inventory/read.ts')
  let secrets: readonly string[] = []
  const outcome = await readInventory(file)
    .then(async ({ inventory }) => {
      secrets = inventory.secrets
      return { releases: await work(inventory, tellDownloads, interrupt.signal), errors: [] }
    })
    .catch(async thrown => ({ releases: [], errors: await errorsOf(thrown) }))
  const { exitCode } = await import('./exit-code.ts')
  const refused: Result = interrupt.signal.aborted ? 'interrupted' : 'refused'
  const result = outcome.errors.length > 0 ? refused : 'ok'
  process.exitCode = exitCode(result)
  const document = {
    promha: 1,
    command,
    inventory: file,
    result,
    duration_s: Math.round(performance.now() - began) / 1000,
    artifacts: outcome.releases,
    ...(outcome.errors.length > 0 ? { errors: outcome.errors } : {}),
  }
  const { redact } = await import('../diagnostic/redact.ts')
  process.stdout.write(`${redact(JSON.stringify(document), secrets)}\n`)
  interrupt.release()
}

/** With `--json`: a line on stderr for each file that has arrived. */
function tellDownloads(event: Event): void {
  if (event.type !== 'download' || event.progress.done !== event.progress.total) return
  process.stderr.write(`fetched ${event.progress.name}, ${event.progress.total} bytes\n`)
}

async function errorsOf(thrown: unknown) {
  const { problemsOf } = await import('./failure.ts')
  const { documentError } = await import('../report/document.ts')
  return problemsOf(thrown).map(documentError)
}

async function tableOf(releases: readonly ListedRelease[]): Promise<string> {
  const { size, table } = await import('../report/words.ts')
  return table([
    ['component', 'version', 'source', 'arch', 'cached', 'file', 'size', 'sha256'],
    ...releases.flatMap(({ component, version, source, arch, cached, files }) =>
      files.map((file, index) => [
        ...(index === 0 ? [component, version, source, arch, cached ? 'yes' : 'no'] : ['', '', '', '', '']),
        file.path,
        size(file.size),
        file.sha256.slice(0, 12),
      ]),
    ),
  ])
}

function toArchitectures(text: string): readonly Arch[] {
  const names = text.split(',').map(name => name.trim())
  const wrong = names.filter(name => !(architectures as readonly string[]).includes(name))
  if (wrong.length > 0)
    throw new InvalidArgumentError(`promha knows ${architectures.join(', ')}, not ${wrong.join(', ')}.`)
  return names as Arch[]
}

import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import type { HostOutcome } from '../../engine/api.ts'
import { withInventory } from '../input/inventory-file.ts'
import { withLockOption, withReport, withSelection, withWarning } from '../input/options.ts'
import { requestOf } from '../input/request.ts'
import { exitCode } from '../process/exit-code.ts'
import { session, tellLate } from '../session.ts'
import type { RunFlags } from './run.ts'

interface DriftFlags extends RunFlags {
  readonly fix?: boolean
  readonly textfile?: string
  readonly scheduled?: boolean
}

/** Builds the `drift` command: a plan for machines, and with `--fix` the way back to what was last applied. */
export function command(): Command {
  return withInventory(withWarning(withReport(withLockOption(withSelection(new Command('drift'))))))
    .description(
      'for schedulers: one line a difference (HOST RESOURCE ACTION REASON); exit code 2 where there is one',
    )
    .option('--fix', 'repair, where that restores what was last applied and confirmed; then verify')
    .option('--deep', 'hash every program again instead of trusting its size, times and inode')
    .option('--textfile <dir>', "leave metrics there for node_exporter's textfile collector")
    .addOption(new Option('--scheduled', 'as a timer runs it').hideHelp())
    .action(drift)
}

async function drift(file: string, flags: DriftFlags): Promise<void> {
  const began = performance.now()
  const metrics = await textfileFor(file, flags)
  let hosts: readonly HostOutcome[] = []
  await session('drift', file, flags, async work => {
    const engine = await import('../../engine/command/run.ts')
    const run = await engine.drift(await requestOf('drift', file, flags, work), flags.fix ?? false)
    hosts = run.hosts
    return { hosts, ...(flags.fix ? { checks: run.checks } : {}), interrupted: run.interrupted }
  })
  if (metrics === undefined) return
  const { driftMetrics, lastSuccessIn } = await import('../../report/format/metrics.ts')
  const text = driftMetrics({
    inventory: resolve(file),
    ended: Math.round(Date.now() / 1000),
    duration: Math.round(performance.now() - began) / 1000,
    succeeded: [exitCode('ok'), exitCode('differs')].includes(Number(process.exitCode)),
    lastSuccess: lastSuccessIn(metrics.before),
    hosts,
  })
  await metrics.write(text).catch(tellLate)
}

/** A timer's run leaves metrics in the usual place without being told, as far as it may. */
async function textfileFor(file: string, { textfile, scheduled }: DriftFlags) {
  if (textfile === undefined && !scheduled) return undefined
  const { isWritable, openTextfile } = await import('../../schedule/systemd/textfile.ts')
  const { usualTextfile } = await import('../../schedule/systemd/units.ts')
  if (textfile === undefined && !(await isWritable(usualTextfile))) return undefined
  return openTextfile(resolve(textfile ?? usualTextfile), resolve(file))
}

/** `promha schedule`: drift, run by systemd on this machine. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { defined } from '../../diagnostic/defined.ts'
import { ProblemError } from '../../diagnostic/problem.ts'
import { packageRoot } from '../../package-root.ts'
import { print, printProblems } from '../../report/print.ts'
import { table } from '../../report/words.ts'
import { trustedOwner } from '../../trust/ours.ts'
import { durationOption } from '../input/duration.ts'
import { type EnvironmentFlags, withInventory } from '../input/inventory-file.ts'
import { withNote } from '../input/note.ts'
import { cliProblem } from '../messages.ts'

interface InstallFlags extends EnvironmentFlags {
  readonly every: number
  readonly fix?: boolean
  readonly textfile?: string
}

/** Builds the `schedule` command with its subcommands; what they need is loaded when one of them runs. */
export function command(): Command {
  const schedule = new Command('schedule').description('run drift by a systemd timer on this machine')
  schedule.addCommand(installCommand()).addCommand(statusCommand()).addCommand(removeCommand())
  return schedule
}

const ownership = `Node, promha, the environment file, the inventory and every file that it names must
belong to this user or root, and only they may change them or a directory above them.
If not, nothing is installed, and each run refuses. PROMHA_TRUST_OWNER=UID names one
more owner, for containers.`

function installCommand(): Command {
  return withNote(withInventory(new Command('install'), 'reads'), ownership)
    .description('check that drift can run unattended, then install the systemd service and timer')
    .requiredOption('--every <duration>', 'how often: 15m, 6h; 1m at least', durationOption)
    .option('--fix', 'repair, where that restores what was last applied and confirmed')
    .option('--textfile <dir>', 'where to leave metrics (default: /var/lib/node_exporter, where it is)')
    .action(async (file: string, flags: InstallFlags) => {
      const { timerUnit } = await import('../../schedule/name.ts')
      const { install } = await import('../../schedule/install.ts')
      const { scheduleStatus: status } = await import('../../schedule/status.ts')
      const { name, inventory, machine } = await scheduleOf(file)
      const { every, fix = false, environmentFile, textfile } = flags
      const { scope, home } = machine
      const more = defined({
        environmentFile: environmentFile && resolve(environmentFile),
        textfile: textfile && resolve(textfile),
        trustOwner: trustedOwner(process.env)?.toString(),
      })
      const schedule = { name, inventory, scope, home, every, fix, program: builtProgram(), ...more }
      const { state, warnings } = await install(schedule, machine)
      printProblems(warnings)
      const next = (await status(name, inventory, machine))?.next ?? 'none'
      print(`${timerUnit(name)}: ${state}. Next run: ${next}\n`)
    })
}

function statusCommand(): Command {
  return withInventory(new Command('status'), 'names')
    .description('when it runs, what the last run came to and its metrics; exit code 1 where there is none')
    .action(async (file: string) => {
      const { scheduleStatus: status } = await import('../../schedule/status.ts')
      const { name, inventory, machine } = await scheduleOf(file)
      const found = await status(name, inventory, machine)
      if (found === undefined) {
        print(`There is no schedule for ${inventory}.\n`)
        process.exitCode = 1
        return
      }
      const rows = [
        ['timer', found.timer],
        ['state', found.state],
        ['command', found.command],
        ['next run', found.next],
        ['last run', found.last],
        ['result', found.result],
        ['metrics', found.metrics.length === 0 ? 'none' : found.metricsPath],
      ]
      print(`${[table(rows), ...found.metrics.map(line => `  ${line}`)].join('\n')}\n`)
    })
}

function removeCommand(): Command {
  return withInventory(new Command('remove'), 'names')
    .description('stop and remove the service and its timer; hosts are left as they are')
    .action(async (file: string) => {
      const { remove } = await import('../../schedule/remove.ts')
      const { name, inventory, machine } = await scheduleOf(file)
      const there = await remove(name, inventory, machine)
      print(there ? `The schedule for ${inventory} is gone.\n` : `There is no schedule for ${inventory}.\n`)
    })
}

async function scheduleOf(file: string) {
  const { scheduleName } = await import('../../schedule/name.ts')
  const { thisMachine } = await import('../../schedule/systemd/systemd.ts')
  const inventory = resolve(file)
  return { name: scheduleName(inventory), inventory, machine: await thisMachine() }
}

/** What the units start: this Node and the built program, by absolute paths. */
function builtProgram(): readonly [node: string, script: string] {
  const script = join(packageRoot(), 'dist/promha.js')
  if (existsSync(script)) return [process.execPath, script]
  throw new ProblemError([cliProblem.notBuilt({}, script)])
}

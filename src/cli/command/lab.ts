/** `promha lab`: real local hosts to try it all on. */
import { Command, InvalidArgumentError } from 'commander'
import { defined } from '../../diagnostic/defined.ts'
import type { Lab } from '../../lab/model.ts'
import { jsonText, print, printError } from '../../report/print.ts'
import { table } from '../../report/words.ts'

interface Named {
  readonly name: string
}

/** Builds the `lab` command with its subcommands; what they need is loaded when one of them runs. */
export function command(): Command {
  const lab = new Command('lab').description(
    'real local hosts to try it all on (needs root on a Debian machine)',
  )
  lab.addCommand(up()).addCommand(status()).addCommand(ssh()).addCommand(down())
  return lab
}

function named(name: string, description: string): Command {
  return new Command(name).description(description).option('--name <name>', 'which lab', 'lab')
}

function up(): Command {
  return named('up', 'bring the lab up; does nothing where it is up already')
    .option('--hosts <n>', 'how many hosts (default: as many as it has, 4 for a new one)', wholeNumber)
    .option(
      '--dir <dir>',
      'where to write ssh_config, key and inventory.yml (default: where they are, or .lab, .lab-NAME with --name)',
    )
    .option('-q, --quiet', 'no progress lines')
    .action(async (options: Named & { hosts?: number; dir?: string; quiet?: boolean }) => {
      const { labUp } = await import('../../lab/index.ts')
      const lab = await labUp({
        name: options.name,
        ...defined({ hosts: options.hosts, directory: options.dir }),
        onProgress: options.quiet ? () => undefined : progress,
      })
      print(`${hostsOf(lab)}\nInventory: ${lab.directory}/inventory.yml\nSSH config: ${lab.sshConfig}\n`)
    })
}

function status(): Command {
  return named('status', 'show the hosts of the lab; exit code 1 where there is no lab')
    .option('--json', 'one JSON document')
    .action(async (options: Named & { json?: boolean }) => {
      const { labStatus } = await import('../../lab/index.ts')
      const lab = await labStatus({ name: options.name })
      if (options.json) print(jsonText(lab ?? null))
      else print(lab ? hostsOf(lab) : `There is no lab "${options.name}".\n`)
      if (lab === undefined) process.exitCode = 1
    })
}

function ssh(): Command {
  return named('ssh', 'log in to a host of the lab, or run a command there')
    .argument('<host>')
    .argument('[command...]', 'after --')
    .action(async (host: string, words: string[], options: Named) => {
      const { sshTo } = await import('../../lab/host/login.ts')
      process.exitCode = await sshTo({ name: options.name, host, command: words })
    })
}

function down(): Command {
  return named('down', 'shut the hosts down and remove them with all that is in them')
    .option('--purge', 'remove the base system too, unless another lab uses it')
    .option('-q, --quiet', 'no progress lines')
    .action(async (options: Named & { purge?: boolean; quiet?: boolean }) => {
      const { labDown } = await import('../../lab/index.ts')
      const there = await labDown({
        name: options.name,
        purge: options.purge ?? false,
        onProgress: options.quiet ? () => undefined : progress,
      })
      print(there ? `The lab "${options.name}" is gone.\n` : `There is no lab "${options.name}".\n`)
    })
}

function progress(line: string): void {
  printError(`${line}\n`)
}

function hostsOf(lab: Lab): string {
  const rows = lab.hosts.map(({ name, address, user, pid }) => [name, address, user, pid ? 'on' : 'off'])
  return `${table([['HOST', 'ADDRESS', 'USER', 'STATE'], ...rows])}\n`
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('A whole number was expected.')
  return Number(text)
}

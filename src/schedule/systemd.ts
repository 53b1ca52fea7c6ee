/** The one place of this folder that starts other programs: systemd's own tools on this machine. */
import { access, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { error, ProblemError } from '../diagnostic/problem.ts'
import { configHome, userHome, userName } from '../trust/user-directories.ts'
import type { Scope } from './model.ts'

export interface Outcome {
  /** Undefined where it could not be started or was ended by a signal. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** What a schedule asks of this machine; tests have a machine of their own. */
export interface Machine {
  readonly scope: Scope
  readonly home: string
  readonly user: string
  /** Where unit files of this scope lie. */
  readonly unitDirectory: string
  /** Runs a program to its end, whatever its exit code. */
  readonly run: (program: string, ...args: readonly string[]) => Promise<Outcome>
  /** Whether the user's units go on when the user is not logged in; true for the system's. */
  readonly lingers: () => Promise<boolean>
}

/** This machine. Rejects with a ProblemError where systemd is not its init, or the user has no manager. */
export async function thisMachine(): Promise<Machine> {
  const booted = await stat('/run/systemd/system').then(
    found => found.isDirectory(),
    () => false,
  )
  if (!booted) {
    throw new ProblemError([
      error('this machine does not run systemd as its init, and a schedule is a systemd timer', {
        remedy: 'run `promha drift INVENTORY --fix` by the scheduler that is there, cron for one',
      }),
    ])
  }
  const scope = process.getuid?.() === 0 ? 'system' : 'user'
  const username = userName()
  const machine: Machine = {
    scope,
    home: userHome(),
    user: username,
    unitDirectory: scope === 'system' ? '/etc/systemd/system' : join(configHome(), 'systemd/user'),
    run,
    lingers: async () => scope === 'system' || exists(`/var/lib/systemd/linger/${username}`),
  }
  if (scope === 'user') await requireManager(machine)
  return machine
}

async function requireManager(machine: Machine): Promise<void> {
  const { code, stdout, stderr } = await systemctl(machine, 'show-environment')
  if (code === 0) return
  throw new ProblemError([
    error(`systemd runs no manager for the user ${machine.user}`, {
      detail: (stderr || stdout).trim(),
      remedy: 'log in as that user directly, not by su or sudo, or run `promha schedule` as root',
    }),
  ])
}

/** `systemctl` for the scope's own manager. */
export function systemctl(machine: Machine, ...args: readonly string[]): Promise<Outcome> {
  return machine.run('systemctl', ...(machine.scope === 'user' ? ['--user'] : []), ...args)
}

/** The same, for what has to succeed: rejects with a ProblemError where it does not, unless stderr has `tolerated`. */
export async function must(
  machine: Machine,
  args: readonly string[],
  tolerated: RegExp = /^(?!)/,
): Promise<void> {
  const { code, stdout, stderr } = await systemctl(machine, ...args)
  if (code === 0 || tolerated.test(stderr)) return
  throw new ProblemError([
    error(`systemctl ${args.join(' ')} ended with ${code ?? 'a signal'}`, {
      detail: (stderr || stdout).trim(),
      remedy:
        'Fix what it says, then run the command again. `promha schedule status` tells what is installed now.',
    }),
  ])
}

/** Properties of units as `systemctl show` gives them, a map a unit, in the order asked. */
export async function showUnits(
  machine: Machine,
  units: readonly string[],
  properties: readonly string[],
): Promise<readonly ReadonlyMap<string, string>[]> {
  const { stdout } = await systemctl(machine, 'show', `--property=${properties.join(',')}`, ...units)
  return stdout.split('\n\n').map(
    block =>
      new Map(
        block
          .split('\n')
          .filter(line => line.includes('='))
          .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ),
  )
}

async function run(program: string, ...args: readonly string[]): Promise<Outcome> {
  // Dates and words as they are everywhere, whatever the user's language.
  const env = { LC_ALL: 'C.UTF-8' }
  const result = await execa(program, args, { reject: false, stdin: 'ignore', env })
  const { exitCode: code, stdout, stderr, shortMessage } = result
  return { code, stdout, stderr: code === undefined ? (shortMessage ?? stderr) : stderr }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

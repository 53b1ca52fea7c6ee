/** systemd's own tools on this machine. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError } from '../../diagnostic/problem.ts'
import { type ProgramResult, runProgram } from '../../process/run.ts'
import { configHome, userHome, userName } from '../../trust/user-directories.ts'
import { scheduleProblem } from '../messages.ts'
import type { ScheduleScope } from '../model.ts'

/** `code` is undefined if it could not be started or was ended by a signal. */
export type SystemctlOutcome = Pick<ProgramResult, 'code' | 'stdout' | 'stderr'>

/** What a schedule asks of this machine; tests have a machine of their own. */
export interface Machine {
  readonly scope: ScheduleScope
  readonly home: string
  readonly user: string
  /** Where unit files of this scope lie. */
  readonly unitDirectory: string
  /** Runs a program to its end, whatever its exit code. */
  readonly run: (program: string, ...args: readonly string[]) => Promise<SystemctlOutcome>
  /** Whether the user's units go on when the user is not logged in; true for the system's. */
  readonly lingers: () => Promise<boolean>
}

/** This machine. Rejects with a ProblemError where systemd is not its init, or the user has no manager. */
export async function thisMachine(): Promise<Machine> {
  if (!statSync('/run/systemd/system', { throwIfNoEntry: false })?.isDirectory())
    throw new ProblemError([scheduleProblem.noSystemd({})])
  const scope = process.getuid?.() === 0 ? 'system' : 'user'
  const username = userName()
  const machine: Machine = {
    scope,
    home: userHome(),
    user: username,
    unitDirectory: scope === 'system' ? '/etc/systemd/system' : join(configHome(), 'systemd/user'),
    run,
    lingers: async () => scope === 'system' || existsSync(`/var/lib/systemd/linger/${username}`),
  }
  if (scope === 'user') await requireManager(machine)
  return machine
}

async function requireManager(machine: Machine): Promise<void> {
  const { code, stdout, stderr } = await systemctl(machine, 'show-environment')
  if (code === 0) return
  throw new ProblemError([scheduleProblem.noUserManager({}, machine.user, stderr || stdout)])
}

/** `systemctl` for the scope's own manager. */
export function systemctl(machine: Machine, ...args: readonly string[]): Promise<SystemctlOutcome> {
  return machine.run('systemctl', ...(machine.scope === 'user' ? ['--user'] : []), ...args)
}

/** The same, for what has to succeed: rejects with a ProblemError where it does not, unless stderr has `tolerated`. */
export async function must(machine: Machine, args: readonly string[], tolerated = /^(?!)/): Promise<void> {
  const { code, stdout, stderr } = await systemctl(machine, ...args)
  if (code === 0 || tolerated.test(stderr)) return
  throw new ProblemError([scheduleProblem.systemctlFailed({}, args, code, stderr || stdout)])
}

/** Properties of units as `systemctl show` gives them, a map a unit, in the order asked. */
export async function showUnits(
  machine: Machine,
  units: readonly string[],
  properties: readonly string[],
): Promise<readonly ReadonlyMap<string, string>[]> {
  const { stdout } = await systemctl(machine, 'show', `--property=${properties.join(',')}`, ...units)
  return stdout.split('\n\n').map(block => {
    const lines = block.matchAll(/^([^=\n]*)=(.*)$/gm)
    return new Map([...lines].map(([, name = '', value = '']) => [name, value]))
  })
}

async function run(program: string, ...args: readonly string[]): Promise<SystemctlOutcome> {
  // Dates and words as they are everywhere, whatever the user's language.
  const environment = { LC_ALL: 'C.UTF-8' }
  const result = await runProgram(program, args, { directory: process.cwd(), inherits: true, environment })
  const { code, stdout, stderr, failure } = result
  return { code, stdout, stderr: code === undefined ? (failure ?? stderr) : stderr }
}

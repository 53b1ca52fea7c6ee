/** The programs of this machine that make and break labs. */
import { ProblemError } from '../../diagnostic/problem.ts'
import { type ProgramOptions, type ProgramResult, runProgram, systemEnvironment } from '../../process/run.ts'
import { labProblem } from '../messages.ts'

/** Runs a program to its end, whatever its exit code: 255 if it was ended, 127 if it could not be started. */
export async function attempt(
  program: string,
  args: readonly string[],
  { environment, ...options }: ProgramOptions = {},
): Promise<ProgramResult & { readonly code: number }> {
  const home = { HOME: process.env.HOME ?? '/root', ...environment }
  const here = { directory: process.cwd(), ...options, environment: systemEnvironment(home) }
  const result = await runProgram(program, args, here)
  const started = result.code !== undefined || result.signal !== undefined || result.timedOut
  const stderr = started ? result.stderr : (result.failure ?? `${program} could not be started`)
  return { ...result, code: result.code ?? (started ? 255 : 127), stderr }
}

/** Runs a program that has to succeed and gives back its output; throws a ProblemError that says `purpose`. */
export async function runHere(
  purpose: string,
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await attempt(program, args, options)
  if (code === 0) return stdout
  const said = (stderr || stdout).trim().split('\n').slice(-15).join('\n')
  throw new ProblemError([labProblem.programFailed({}, { purpose, program, said, code })])
}

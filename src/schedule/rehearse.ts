/** The proof that a schedule can work without a person. */
import { error, ProblemError } from '../diagnostic/problem.ts'
import type { Schedule } from './model.ts'
import type { Machine } from './systemd.ts'
import { rehearsalWords } from './units.ts'

const mostLines = 40

/**
 * Runs one plan as the service would be run: by systemd, with its environment, without a terminal or an agent. It may
 * find differences. Rejects with a ProblemError that has its output.
 */
export async function rehearse(schedule: Schedule, machine: Machine): Promise<void> {
  const { code, stdout, stderr } = await machine.run('systemd-run', ...rehearsalWords(schedule))
  if (code === 0 || code === 2) return
  const said = [stderr, stdout].map(text => text.trim()).filter(text => text !== '')
  throw new ProblemError([
    error(`a plan in the schedule's own environment ${ended(code)}; nothing was installed`, {
      detail: said.join('\n').split('\n').slice(-mostLines).join('\n'),
      remedy:
        'Give it keys as files and its secrets by --environment-file: the run has no terminal, no ssh-agent and, as root, few capabilities and no namespaces.',
    }),
  ])
}

function ended(code: number | undefined): string {
  return code === undefined ? 'could not be started' : `ended with ${code}`
}

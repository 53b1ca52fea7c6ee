/** Arguments in, exit code out. */
import { CommanderError } from 'commander'
import { print, printProblems } from '../report/print.ts'
import { assemble } from './assemble.ts'
import { commands } from './commands.ts'
import { exitCode } from './process/exit-code.ts'
import { problemsThrown, tellCrash } from './process/failure.ts'
import { session } from './session.ts'

/** Carries out the command that `args` name, without the program's own name. Resolves to the exit code. */
export async function runPromha(args: readonly string[], version: string): Promise<number> {
  tellCrash()
  // A reader that has ended (`promha plan … | head`), or a log on a full disk, must not end an apply half-way.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const words = args[0] === 'help' ? [...args.slice(1, 2), '--help'] : args
  const name = words[0] ?? ''
  // For the scripts of completion only, and so no command that is listed.
  if (name === 'complete' && words[1] === '--') {
    const { completionAnswer } = await import('./completion/answer.ts')
    print(await completionAnswer(words.slice(2), version))
    return 0
  }
  try {
    const program = await assemble(known => known === name, version)
    await program.parseAsync([...words], { from: 'user' })
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0
    await refuse(name, words, thrown)
  }
  return Number(process.exitCode ?? 0)
}

/** Tells why the request cannot be carried out, as a document too where a command that knows them was named. */
async function refuse(name: string, words: readonly string[], thrown: unknown): Promise<void> {
  // Help that was shown for want of a command needs no further word.
  const problems = thrown instanceof CommanderError ? [] : problemsThrown(thrown)
  if (Object.hasOwn(commands, name) && words.includes('--json')) {
    await session(name, '', { json: true }, async () => ({ problems }))
    return
  }
  printProblems(problems)
  process.exitCode = exitCode('refused')
}

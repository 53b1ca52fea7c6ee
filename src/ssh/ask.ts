/** Has a host run a script and reads its answer. */
import { type Problem, ProblemError } from '../diagnostic/problem.ts'
import { nonce, type Sections, sections } from '../shell/syntax/frame.ts'
import { answerOf, type Script } from '../shell/syntax/script.ts'
import type { Connection, RunResult } from './connection.ts'

/** A script did not come to its end, or gave an answer that it cannot give. The message says which and why. */
export class ScriptError extends Error {
  /** The connection ended first, so what it did is unknown. */
  readonly cutOff: boolean
  readonly stderr: string
  /** What it had said until then. */
  readonly found: Sections

  constructor({ code, stderr }: Pick<RunResult, 'code' | 'stderr'>, found: Sections) {
    const said = stderr.trim()
    const ended = found.has('end') ? 'its answer makes no sense' : `the command ended with code ${code}`
    super(code === null ? 'the connection ended before it was done' : said.split('\n').at(-1) || ended)
    this.name = 'ScriptError'
    this.cutOff = code === null
    this.stderr = said
    this.found = found
  }
}

/** Rejects with a ScriptError, and with whatever `run` rejects with. */
export async function ask<T>(connection: Pick<Connection, 'run'>, asked: Script<T>): Promise<T> {
  const mark = nonce()
  const { name: _, render, parse: __, stdin, verbatim, ...limits } = asked
  const result = await connection.run({
    ...limits,
    script: render(mark),
    ...(stdin ? { stdin: stdin(mark) } : {}),
  })
  const output = result.stdout.toString('utf8')
  const answer = answerOf(asked, mark, output)
  if (answer !== undefined) return answer
  throw new ScriptError(result, sections(mark, output, verbatim))
}

/** Like {@link ask}, but a ScriptError becomes a problem of these words and what it says. */
export async function askOrFail<T>(
  connection: Pick<Connection, 'run' | 'host'>,
  asked: Script<T>,
  failed: (where: Pick<Problem, 'host'>, why: string, more: Pick<Problem, 'detail'>) => Problem,
): Promise<T> {
  return ask(connection, asked).catch(failure => {
    if (!(failure instanceof ScriptError)) throw failure
    const { message, stderr } = failure
    const detail = stderr.includes('\n') ? { detail: stderr } : {}
    throw new ProblemError([failed({ host: connection.host }, message, detail)])
  })
}

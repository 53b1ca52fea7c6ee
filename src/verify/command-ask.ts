/** Questions by a command on the host, for servers that forbid forwarding. */
import { randomBytes } from 'node:crypto'
import { joinHostPort } from '../inventory/endpoint.ts'
import { askScript, parseAsked } from '../shell/ask.ts'
import { largestAnswer, largestHead } from '../shell/bounds.ts'
import type { Connection } from '../ssh/connection.ts'
import { askTimeout } from './http.ts'
import { type Answer, type Ask, AskError } from './model.ts'

/** Asks one host by whichever of curl, wget and bash it has; one command at a time, since sessions are few. */
export function createCommandAsk(connection: Connection): Ask {
  let last: Promise<unknown> = Promise.resolve()
  let impossible: AskError | undefined

  const once = async (address: string, port: number, path: string): Promise<Answer> => {
    if (impossible) throw impossible
    const nonce = randomBytes(12).toString('hex')
    const result = await connection.run({
      script: askScript(nonce, askTimeout / 1000, { address, port }, path),
      root: false,
      timeout: askTimeout * 2,
      // The head, and what frames the answer.
      largest: largestAnswer + 2 * largestHead,
    })
    const where = joinHostPort({ address, port })
    const seen = parseAsked(nonce, result.stdout.toString())
    if (!seen) throw new AskError('failed', `asking ${where} by a command ended early`)
    if (seen.tool === 'none') {
      impossible = new AskError(
        'impossible',
        'the SSH server forbids forwarding, and the host has neither curl nor wget nor bash',
      )
      throw impossible
    }
    const answer = seen.code === 0 ? parseResponse(seen.output) : undefined
    if (answer) return answer
    const said = result.stderr.trim().split('\n').at(-1) ?? ''
    if ((seen.tool === 'curl' && seen.code === 7) || /refused/i.test(result.stderr)) {
      throw new AskError('refused', `nothing listens on ${where}`)
    }
    throw new AskError(
      'failed',
      `asking ${where} by ${seen.tool} failed: ${said || `exit status ${seen.code}`}`,
    )
  }

  return (_, address, port, path) => {
    const answer = last
      .then(() => once(address, port, path))
      .catch(cause => {
        throw cause instanceof AskError
          ? cause
          : new AskError('failed', cause instanceof Error ? cause.message : String(cause))
      })
    last = answer.catch(() => undefined)
    return answer
  }
}

/** A raw response; undefined if it is not a response, or its head is too long. */
export function parseResponse(raw: string): Answer | undefined {
  const head = /^HTTP\/[\d.]+ (\d{3})[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n/.exec(raw.slice(0, largestHead))
  return head ? { status: Number(head[1]), body: raw.slice(head[0].length) } : undefined
}

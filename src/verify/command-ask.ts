/** Questions by a command on the host, for servers that forbid forwarding. */
import { randomBytes } from 'node:crypto'
import { quote } from '../shell/quote.ts'
import type { Connection } from '../ssh/connection.ts'
import { joinHostPort } from '../topology/address.ts'
import { askTimeout, bodyLimit } from './http.ts'
import { type Answer, type Ask, AskError } from './model.ts'

/** Asks one host by whichever of curl, wget and bash it has; one command at a time, since sessions are few. */
export function createCommandAsk(connection: Connection): Ask {
  let last: Promise<unknown> = Promise.resolve()
  let impossible: AskError | undefined

  const once = async (address: string, port: number, path: string): Promise<Answer> => {
    if (impossible) throw impossible
    const nonce = randomBytes(12).toString('hex')
    const chunks: Buffer[] = []
    let size = 0
    const result = await connection.run({
      script: askScript(nonce, address, port, path),
      root: false,
      timeout: askTimeout * 2,
      onStdout: chunk => {
        size += chunk.length
        if (size <= bodyLimit) chunks.push(chunk)
      },
    })
    const where = joinHostPort({ address, port })
    if (size > bodyLimit) throw new AskError('failed', `${where} answered with more than ${bodyLimit} bytes`)
    const seen = unframe(Buffer.concat(chunks).toString(), nonce)
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

/**
 * The script: prints `NONCE TOOL`, the raw HTTP response (head included), `NONCE EXITCODE`. HTTP/1.0 where the tool
 * has it, so that no answer comes in chunks.
 */
export function askScript(nonce: string, address: string, port: number, path: string): string {
  const url = quote(`http://${joinHostPort({ address, port })}${path}`)
  const seconds = askTimeout / 1000
  const raw =
    'exec 3<>"/dev/tcp/$1/$2" || exit 7; printf "GET %s HTTP/1.0\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n" "$3" "$4" >&3; cat <&3'
  return [
    'LC_ALL=C; export LC_ALL; unset http_proxy HTTP_PROXY all_proxy ALL_PROXY',
    `begin() { printf '\\n%s %s\\n' ${nonce} "$1"; }`,
    'if command -v curl >/dev/null 2>&1; then',
    `  begin curl; curl -q -g -sS -i -0 -m ${seconds} ${url}`,
    'elif command -v wget >/dev/null 2>&1; then',
    // wget's exit status 8 is only "answered with an error status", which the head tells better.
    `  begin wget; wget -nv --no-config -t 1 -T ${seconds} --save-headers --content-on-error -O - ${url}; code=$?; [ $code = 8 ] && code=0; (exit $code)`,
    'elif command -v bash >/dev/null 2>&1; then',
    `  begin bash; timeout ${seconds} bash --norc -c ${quote(raw)} bash ${quote(address)} ${port} ${quote(path)} ${quote(joinHostPort({ address, port }))}`,
    'else begin none; fi',
    `printf '\\n%s %s\\n' ${nonce} $?`,
  ].join('\n')
}

function unframe(text: string, nonce: string): { tool: string; code: number; output: string } | undefined {
  const begin = new RegExp(`\\n${nonce} (\\w+)\\n`).exec(text)
  const end = new RegExp(`\\n${nonce} (\\d+)\\n`).exec(text.slice((begin?.index ?? 0) + 1))
  if (!begin || !end) return undefined
  const from = begin.index + begin[0].length
  // Without output the two markers share no line end, but they stand next to each other.
  const to = begin.index + 1 + end.index
  return { tool: begin[1] ?? '', code: Number(end[1]), output: text.slice(from, Math.max(from, to)) }
}

/** A raw response; undefined where it is none. */
export function parseResponse(raw: string): Answer | undefined {
  const head = /^HTTP\/[\d.]+ (\d{3})[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n/.exec(raw)
  return head ? { status: Number(head[1]), body: raw.slice(head[0].length) } : undefined
}

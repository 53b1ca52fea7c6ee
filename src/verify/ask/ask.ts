/** Questions to the hosts and to programs on them, over the SSH connections that are open anyway. */
import { remembered } from '../../diagnostic/grouped.ts'
import type { Endpoint } from '../../inventory/model.ts'
import { joinHostPort } from '../../inventory/value/endpoint.ts'
import { type Answer, askScript, type Sent } from '../../shell/host/ask.ts'
import { ask as askByScript, ScriptError } from '../../ssh/ask.ts'
import { type Connection, ForwardError } from '../../ssh/connection.ts'
import { type Ask, AskError, type AskHost, type Asking } from '../model.ts'
import { runHostAsk } from './host-ask.ts'
import { askTimeout, createHttp, type Http } from './http.ts'

/** GET over one kept-alive forwarded channel a port, or by a command if forwarding is forbidden. `close` leaves the connections. */
export function createAsk(
  connectionOf: (host: string) => Connection | undefined,
): Asking & { close(): void } {
  const channels = new Map<string, Http>()
  const commands = new Map<string, Ask>()

  const byCommand = (connection: Connection): Ask =>
    remembered(commands, connection.host, () => createCommandAsk(connection))

  const byChannel = (connection: Connection, address: string, port: number): Http => {
    const place = joinHostPort({ address, port })
    return remembered(channels, `${connection.host} ${place}`, () =>
      createHttp(place, () => connection.forward(address, port)),
    )
  }

  const connectionTo = (host: string): Connection => {
    const connection = connectionOf(host)
    if (!connection) throw new AskError('impossible', `there is no connection to ${host}`)
    return connection
  }

  const askHost: AskHost = async (host, question) => runHostAsk(connectionTo(host), question)

  const ask: Ask = async (host, address, port, path, sent) => {
    const connection = connectionTo(host)
    if (commands.has(host)) return byCommand(connection)(host, address, port, path, sent)
    try {
      return await byChannel(connection, address, port).get(path, sent)
    } catch (cause) {
      if (cause instanceof ForwardError && cause.reason === 'forbidden') {
        return byCommand(connection)(host, address, port, path, sent)
      }
      throw askError(cause, address, port)
    }
  }

  return {
    ask,
    askHost,
    close() {
      for (const channel of channels.values()) channel.close()
      channels.clear()
      commands.clear()
    },
  }
}

function askError(cause: unknown, address: string, port: number): AskError {
  if (cause instanceof AskError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  if (cause instanceof ForwardError && cause.reason === 'refused') {
    return new AskError('refused', `nothing listens on ${joinHostPort({ address, port })}`)
  }
  return new AskError('failed', `asking ${joinHostPort({ address, port })} failed: ${message}`)
}

/** Asks one host by whichever of curl, wget and bash it has; one command at a time, since sessions are few. */
function createCommandAsk(connection: Connection): Ask {
  let last: Promise<unknown> = Promise.resolve()
  let impossible: AskError | undefined

  const once = async ({ address, port }: Endpoint, path: string, sent: Sent | undefined): Promise<Answer> => {
    if (impossible) throw impossible
    const answer = await askByScript(
      connection,
      askScript(askTimeout / 1000, { address, port }, { path, sent }),
    )
    if (answer !== 'no tool') return answer
    impossible = new AskError(
      'impossible',
      'the SSH server forbids forwarding, and the host has neither curl nor wget nor bash',
    )
    throw impossible
  }

  return (_, address, port, path, sent) => {
    const answer = last
      .then(() => once({ address, port }, path, sent))
      .catch(cause => {
        throw cause instanceof AskError ? cause : commandError(cause, joinHostPort({ address, port }))
      })
    last = answer.catch(() => undefined)
    return answer
  }
}

function commandError(cause: unknown, where: string): AskError {
  if (!(cause instanceof ScriptError))
    return new AskError('failed', cause instanceof Error ? cause.message : String(cause))
  const { found, message, stderr } = cause
  // By its number, curl says that it could not connect; the words differ.
  if (/^curl: \(7\)|refused/im.test(stderr)) return new AskError('refused', `nothing listens on ${where}`)
  return new AskError(
    'failed',
    `asking ${where} by ${[...found.keys()][0] ?? 'a command'} failed: ${message}`,
  )
}

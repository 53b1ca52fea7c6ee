/** HTTP questions to programs on the hosts, over the SSH connections that are open anyway. */

import { joinHostPort } from '../inventory/endpoint.ts'
import { type Connection, ForwardError } from '../ssh/connection.ts'
import { createCommandAsk } from './command-ask.ts'
import { askHost } from './host-ask.ts'
import { createHttp, type Http } from './http.ts'
import { type Ask, AskError } from './model.ts'

/**
 * GET requests to programs on the hosts: through one kept-alive forwarded channel for each host and port, where
 * requests queue; where the server forbids forwarding, by a command on the host. Time-out 5 s, bodies up to 64 MiB.
 * `close` ends the channels; the connections stay the caller's.
 */
export function createAsk(connectionOf: (host: string) => Connection | undefined): {
  ask: Ask
  close(): void
} {
  const channels = new Map<string, Http>()
  const commands = new Map<string, Ask>()

  const byCommand = (connection: Connection): Ask => {
    const known = commands.get(connection.host)
    if (known) return known
    const made = createCommandAsk(connection)
    commands.set(connection.host, made)
    return made
  }

  const byChannel = (connection: Connection, address: string, port: number): Http => {
    const key = `${connection.host} ${joinHostPort({ address, port })}`
    const known = channels.get(key)
    if (known) return known
    const made = createHttp(joinHostPort({ address, port }), () => connection.forward(address, port))
    channels.set(key, made)
    return made
  }

  const ask: Ask = async (host, address, port, path) => {
    const connection = connectionOf(host)
    if (!connection) throw new AskError('impossible', `there is no connection to ${host}`)
    if (port === 0) return askHost(connection, path)
    if (commands.has(host)) return byCommand(connection)(host, address, port, path)
    try {
      return await byChannel(connection, address, port).get(path)
    } catch (cause) {
      if (cause instanceof ForwardError && cause.reason === 'forbidden') {
        return byCommand(connection)(host, address, port, path)
      }
      throw askError(cause, address, port)
    }
  }

  return {
    ask,
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

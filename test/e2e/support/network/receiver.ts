/** A sink of remote write on this machine, which takes samples, refuses them, or keeps their sender waiting, as it is told. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Receiver {
  /** For `remote_write`. */
  readonly url: string
  /** What it answers from now on; `hang`: nothing. */
  answer: number | 'hang'
  /** Requests that it has answered with that status. */
  readonly answered: (status: number) => number
  readonly close: () => Promise<void>
}

/** `address`: one that the hosts reach. */
export async function startReceiver(address: string): Promise<Receiver> {
  const counts = new Map<number, number>()
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { answer } = receiver
      if (answer === 'hang') return
      counts.set(answer, (counts.get(answer) ?? 0) + 1)
      response.writeHead(answer).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, address, resolve))
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    url: `http://${address}:${port}/api/v1/write`,
    answer: 204,
    answered: status => counts.get(status) ?? 0,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return receiver
}

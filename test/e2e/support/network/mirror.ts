/** A small server in the lab's own network that hands on what this machine's own mirror of Debian has. */
import { createServer } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { get } from '../../../../src/artifact/http/http.ts'
import { NotFoundError } from '../../../../src/artifact/http/problem.ts'
import { joinUrl } from '../../../../src/artifact/http/url.ts'
import { address as addressIn } from '../../../../src/lab/host/addresses.ts'
import { machineArchive, requireDebian } from '../../../../src/lab/machine/machine.ts'
import { readState } from '../../../../src/lab/state.ts'

export interface Mirror {
  /** A line for a host's sources.list. */
  readonly source: string
  /** Paths that were asked for so far. */
  readonly requests: string[]
  readonly close: () => Promise<void>
}

export async function startMirror(lab: string): Promise<Mirror> {
  const index = (await readState(lab))?.index
  if (index === undefined) throw new Error(`there is no lab ${lab}`)
  const { source, suite } = await machineArchive(await requireDebian())
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\//, '')
    requests.push(path)
    const answered = get(joinUrl(source.uri, decodeURIComponent(path)), {
      use: async ({ body, header }) => {
        const length = header('content-length')
        response.writeHead(200, length === undefined ? {} : { 'content-length': length })
        await pipeline(body, response)
      },
    })
    answered.catch(cause => {
      if (!response.headersSent) response.writeHead(cause instanceof NotFoundError ? 404 : 502)
      response.end()
    })
  })
  const address = addressIn(index, 1)
  await new Promise<void>(done => server.listen(0, address, done))
  const { port } = server.address() as { port: number }
  return {
    source: `deb http://${address}:${port}/ ${suite} main`,
    requests,
    close: async () => {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}

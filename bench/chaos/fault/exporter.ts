/** An exporter with as many series as are wanted, to fill a write-ahead log with. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { machineOf } from '../../breaking/lab.ts'

export interface LoadExporter {
  /** HOST:PORT, as in a target file. */
  readonly target: string
  /** From the next scrape on. */
  readonly serve: (series: number) => void
  close(): Promise<void>
}

/** Always serves `load_beat`, the seconds of the epoch; listens on the machine's end of the lab's bridge. */
export async function exportLoad(lab: string): Promise<LoadExporter> {
  let wanted = 0
  let text = ''
  const refresh = () => {
    const now = Date.now() / 1000
    const lines = [`load_beat ${now}`]
    for (let index = 0; index < wanted; index++) lines.push(`load_series{number="${index}"} ${now + index}`)
    text = `${lines.join('\n')}\n`
  }
  refresh()
  // Once a second for all who scrape, since writing many lines takes its time.
  const timer = setInterval(refresh, 1000)
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(text)
  })
  const host = await machineOf(lab)
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    target: `${host}:${port}`,
    serve: series => {
      wanted = series
    },
    close: () => {
      clearInterval(timer)
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

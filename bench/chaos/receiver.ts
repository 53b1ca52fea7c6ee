/** Receives what Alertmanager notifies of, and counts it. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { machineOf } from '../breaking/lab.ts'

export interface Notification {
  /** Milliseconds of the epoch. */
  readonly at: number
  readonly status: string
  readonly name: string
  readonly fingerprint: string
  /** The address that sent it. */
  readonly from: string
}

export interface Receiver {
  readonly url: string
  readonly received: () => readonly Notification[]
  close(): Promise<void>
}

interface Message {
  readonly alerts?: readonly {
    readonly status: string
    readonly fingerprint: string
    readonly labels: Readonly<Record<string, string>>
  }[]
}

/** Listens on the machine's end of the lab's bridge, where every host of the lab reaches it. */
export async function receive(lab: string): Promise<Receiver> {
  const received: Notification[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then(body => {
      for (const { status, fingerprint, labels } of (JSON.parse(body) as Message).alerts ?? []) {
        const from = request.socket.remoteAddress ?? ''
        received.push({ at: Date.now(), status, fingerprint, name: labels.alertname ?? '', from })
      }
      response.end()
    })
  })
  const host = await machineOf(lab)
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}/`,
    received: () => received,
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

/** How often each alert was notified as firing, by its fingerprint. */
export function countFiring(received: readonly Notification[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { status, fingerprint } of received)
    if (status === 'firing') counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1)
  return counts
}

/** Streams to ports as a host sees them. */
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { ForwardError } from '../connection.ts'

/** The reasons of RFC 4254, section 5.1. */
const prohibited = 1
const connectFailed = 2
const unknownType = 3

/** A stream from the host to a port, not counted among its sessions. Rejects with a ForwardError, at last after `timeout` ms. */
export function forwardOut(client: Client, address: string, port: number, timeout: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    let late = false
    const timer = setTimeout(() => {
      late = true
      reject(new ForwardError('failed', `no answer from ${address}:${port} within ${timeout / 1000} s`))
    }, timeout)
    try {
      client.forwardOut('127.0.0.1', 0, address, port, (cause, stream) => {
        clearTimeout(timer)
        if (cause) return reject(explain(cause, address, port))
        if (late) return void stream.close()
        // Without a listener an error would end the process before the stream has a reader.
        stream.on('error', () => {})
        resolve(stream)
      })
    } catch (cause) {
      clearTimeout(timer)
      reject(explain(cause as Error, address, port))
    }
  })
}

function explain(cause: Error & { reason?: unknown }, address: string, port: number): ForwardError {
  const said = cause.message.replace(/^\(SSH\) Channel open failure: /, '')
  if (cause.reason === prohibited || cause.reason === unknownType)
    return new ForwardError('forbidden', `the host's sshd does not forward to ${address}:${port}: ${said}`)
  if (cause.reason === connectFailed)
    return new ForwardError('refused', `nothing answers at ${address}:${port}: ${said}`)
  return new ForwardError('failed', `no stream to ${address}:${port}: ${said}`)
}

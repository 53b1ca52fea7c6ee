/** What the rest of promha knows of SSH. Any transport that offers this will do. */
import type { Duplex } from 'node:stream'

export interface CommandRequest {
  /** A POSIX shell script for /bin/sh; never holds a secret, since it may be seen in a process list. */
  readonly script: string
  /** What the script reads. Ends with end-of-file. */
  readonly stdin?: Uint8Array | AsyncIterable<Uint8Array>
  /** As root, by the host's `sudo` setting. Default true. */
  readonly root?: boolean
  /** Milliseconds after which it is given up. Default 60 000. */
  readonly timeout?: number
  /** Bytes of stdout, after which the command is ended. Default `usualOutput` of src/shell/syntax/bounds.ts. */
  readonly largest?: number
  /** Called with stdout as it comes; it is then not collected. */
  readonly onStdout?: (chunk: Buffer) => void
}

export interface RunResult {
  /** null: the connection ended before the command did, so what it did is unknown. */
  readonly code: number | null
  readonly stdout: Buffer
  /** At most its last 64 KiB. */
  readonly stderr: string
}

export interface Connection {
  readonly host: string
  /** How many commands were run so far, for the measure of a run. */
  readonly commands: number
  /** Rejects with a ProblemError on a time-out, when it prints more than is allowed, and when sudo refuses. */
  run(request: CommandRequest): Promise<RunResult>
  /** A stream to a port as seen from the host. Rejects with ForwardError where forwarding is forbidden. */
  forward(address: string, port: number): Promise<Duplex>
  close(): void
  /** Resolves once the connection has ended, for whatever reason; never rejects. */
  readonly closed: Promise<void>
}

/** `forbidden`: the server allows no forwarding at all; `refused`: nothing listens there. */
export class ForwardError extends Error {
  readonly reason: 'forbidden' | 'refused' | 'failed'
  constructor(reason: 'forbidden' | 'refused' | 'failed', message: string) {
    super(message)
    this.name = 'ForwardError'
    this.reason = reason
  }
}

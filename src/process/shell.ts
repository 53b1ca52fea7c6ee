/** A command line of the user, run by a shell. */
import { spawn } from 'node:child_process'

export interface CommandOptions {
  readonly directory: string
  readonly environment: NodeJS.ProcessEnv
  /** Milliseconds, after which it and all that it started are ended. */
  readonly timeout: number
  /** Bytes of its output, after which it is ended. */
  readonly mostOutput: number
}

/** What it printed, or why it is not known, which continues a sentence that begins with the command. */
export type CommandResult =
  | { readonly output: Buffer }
  | { readonly failure: string; readonly stderr: string }

/** It has no terminal, so it cannot ask anything. Never rejects. A failure has its stderr, cut to its end, only. */
export function runCommandLine(command: string, options: CommandOptions): Promise<CommandResult> {
  return new Promise(done => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: options.directory,
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A session of its own, so that the time-out ends what the shell started too.
      detached: true,
    })
    const output: Buffer[] = []
    let size = 0
    let stderr = ''
    let stopped: string | undefined
    const stop = (why: string) => {
      stopped ??= why
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const late = `the command did not end within ${options.timeout / 1000} s`
    const timer = setTimeout(() => stop(late), options.timeout)
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > options.mostOutput) stop(`the command prints more than ${options.mostOutput / 2 ** 20} MiB`)
      else output.push(chunk)
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-2000)
    })
    const finish = (result: CommandResult) => {
      clearTimeout(timer)
      done(result)
    }
    const failed = (failure: string) => finish({ failure, stderr: stderr.trim() })
    child.on('error', fault => failed(`the command could not be started: ${fault.message}`))
    child.on('close', (code, signal) => {
      if (stopped !== undefined) failed(stopped)
      else if (code === 0) finish({ output: Buffer.concat(output) })
      else failed(code === null ? `the command was ended by ${signal}` : `the command ended with ${code}`)
    })
  })
}

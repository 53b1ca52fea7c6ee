/** Hidden questions: a key's passphrase, sudo's password. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { visibleLine } from '../../diagnostic/visible.ts'
import { printError } from '../../report/print.ts'

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** Asks on standard error and reads one line without showing it. Ctrl-D is an empty answer. Rejects on Ctrl-C. */
export function askHidden(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true })
  printError(visibleLine(question))
  return new Promise<string>((resolve, reject) => {
    reader.on('SIGINT', () => {
      reject(new Error('no answer was given'))
      reader.close()
      // The terminal is raw while it is read: Ctrl-C arrives as a character, not as a signal.
      process.kill(process.pid, 'SIGINT')
    })
    reader.on('close', () => resolve(''))
    reader.question('', answer => {
      resolve(answer)
      reader.close()
    })
  }).finally(() => printError('\n'))
}

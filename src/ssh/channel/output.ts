/** What comes out of a channel: the noise before the script is dropped, stderr is kept to its end, and neither may be endless. */
import { createBuffer, createTail } from '../../bytes.ts'
import { keptErrors, keptNoise, mostErrors, mostNoise } from '../../shell/syntax/bounds.ts'
import type { Envelope } from './envelope.ts'

interface Output {
  stdout(chunk: Buffer): void
  stderr(chunk: Buffer): void
  /** Whether the script has announced itself. */
  readonly started: boolean
  /** How often sudo has asked for a password. */
  readonly questions: number
  /** Which of the two has exceeded its limit; nothing more is kept of either then. */
  readonly exceeded: Exceeded | undefined
  /** `noise`: the end of what stdout had if the script has not started; empty otherwise. */
  collected(): { readonly stdout: Buffer; readonly stderr: string; readonly noise: string }
}

export interface Exceeded {
  readonly stream: 'stdout' | 'stderr'
  /** Bytes. */
  readonly limit: number
}

interface OutputOptions extends Pick<Envelope, 'announcement' | 'question'> {
  /** Bytes of the script's own stdout. */
  readonly largest: number
  /** Is given the script's own output instead of keeping it. */
  readonly onStdout?: ((chunk: Buffer) => void) | undefined
  /** Is called when the script starts, when sudo asks, and when a limit is exceeded. */
  readonly onChange: () => void
}

export function createOutput(options: OutputOptions): Output {
  const { announcement, question, largest, onStdout, onChange } = options
  const mark = Buffer.from(`${announcement}\n`)
  const kept = createBuffer(largest)
  const errors = createTail(keptErrors)
  const before = createTail(keptNoise)
  const startOut = createSearch(mark)
  const startErr = createSearch(mark)
  const asks = createSearch(Buffer.from(question))
  let [noise, own, said] = [0, 0, 0]
  let exceeded: Exceeded | undefined

  function exceed(stream: Exceeded['stream'], limit: number): void {
    exceeded = { stream, limit }
    onChange()
  }
  function take(chunk: Buffer): void {
    if (chunk.length === 0) return
    own += chunk.length
    if (own > largest) exceed('stdout', largest)
    else if (onStdout === undefined) kept.add(chunk)
    else onStdout(chunk)
  }

  return {
    get started() {
      return startOut.found > 0
    },
    get questions() {
      return asks.found
    },
    get exceeded() {
      return exceeded
    },
    stdout(chunk) {
      if (exceeded !== undefined) return
      if (startOut.found > 0) return take(chunk)
      const behind = startOut.next(chunk)
      if (behind === undefined) {
        noise += chunk.length
        before.add(chunk)
        if (noise > mostNoise) exceed('stdout', mostNoise)
        return
      }
      // Its end may be the beginning of the announcement.
      before.clear()
      onChange()
      take(behind)
    },
    stderr(chunk) {
      if (exceeded !== undefined) return
      said += chunk.length
      if (said > mostErrors) return exceed('stderr', mostErrors)
      if (startErr.found > 0) return errors.add(chunk)
      const behind = startErr.next(chunk)
      if (behind !== undefined) {
        errors.clear()
        return errors.add(behind)
      }
      errors.add(chunk)
      const { found } = asks
      for (let rest: Buffer | undefined = chunk; rest !== undefined; ) rest = asks.next(rest)
      if (asks.found > found) onChange()
    },
    collected() {
      return {
        stdout: kept.bytes(),
        stderr: errors.bytes().toString('utf8').replaceAll(question, ''),
        noise: before.bytes().toString('utf8'),
      }
    },
  }
}

/** Looks for a word in what comes in pieces; the word may be split between them. */
function createSearch(word: Buffer): {
  /** How often it was found. */
  readonly found: number
  /** What stands behind it in this piece; undefined where it has not come to its end. */
  next(chunk: Buffer): Buffer | undefined
} {
  // The last bytes, of which the next piece may make the word.
  let before = Buffer.alloc(0)
  let found = 0
  return {
    get found() {
      return found
    },
    next(chunk) {
      const text = Buffer.concat([before, chunk])
      const at = text.indexOf(word)
      if (at < 0) {
        before = text.subarray(Math.max(0, text.length - word.length + 1))
        return undefined
      }
      found += 1
      before = Buffer.alloc(0)
      return text.subarray(at + word.length)
    },
  }
}

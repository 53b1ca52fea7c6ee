/** What comes out of a channel: the noise before the script is dropped, stderr is kept to its end. */

export interface Output {
  stdout(chunk: Buffer): void
  stderr(chunk: Buffer): void
  /** Whether the script has announced itself. */
  readonly started: boolean
  /** How often sudo has asked for a password. */
  readonly questions: number
  collected(): { readonly stdout: Buffer; readonly stderr: string }
}

const keptOfStderr = 64 * 1024

/**
 * @param onStdout is given the script's own output instead of keeping it
 * @param onChange is called when the script starts and when sudo asks
 */
export function createOutput(
  announcement: string,
  question: string,
  onStdout: ((chunk: Buffer) => void) | undefined,
  onChange: () => void,
): Output {
  const mark = Buffer.from(`${announcement}\n`)
  const chunks: Buffer[] = []
  let started = false
  let questions = 0
  let before = Buffer.alloc(0)
  let errors = Buffer.alloc(0)
  let errorsStarted = false

  function take(chunk: Buffer): void {
    if (chunk.length === 0) return
    if (onStdout === undefined) chunks.push(chunk)
    else onStdout(chunk)
  }

  return {
    get started() {
      return started
    },
    get questions() {
      return questions
    },
    stdout(chunk) {
      if (started) return take(chunk)
      before = Buffer.concat([before, chunk])
      const at = before.indexOf(mark)
      if (at < 0) {
        before = before.subarray(-mark.length)
        return
      }
      started = true
      onChange()
      take(before.subarray(at + mark.length))
    },
    stderr(chunk) {
      errors = Buffer.concat([errors, chunk])
      if (!errorsStarted) {
        const at = errors.indexOf(mark)
        if (at >= 0) {
          errorsStarted = true
          errors = errors.subarray(at + mark.length)
        } else {
          const asked = errors.toString('latin1').split(question).length - 1
          if (asked > questions) {
            questions = asked
            onChange()
          }
        }
      }
      // Before the start nothing is cut off, or a question could be counted twice; sudo says little.
      if (errorsStarted && errors.length > 2 * keptOfStderr) errors = errors.subarray(-keptOfStderr)
    },
    collected() {
      const stderr = errors.subarray(-keptOfStderr).toString('utf8').replaceAll(question, '')
      return { stdout: Buffer.concat(chunks), stderr }
    },
  }
}

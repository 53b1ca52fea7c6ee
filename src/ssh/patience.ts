/** How long a login may take, not counting the time in which the user is asked for a passphrase. */
interface Patience {
  expired(then: () => void): void
  pause(question: Promise<unknown>): void
  end(): void
}

export function createPatience(milliseconds: number): Patience {
  let timer: NodeJS.Timeout | undefined
  let then = () => {}
  let ended = false
  const start = () => {
    clearTimeout(timer)
    if (!ended) timer = setTimeout(() => then(), milliseconds)
  }
  return {
    expired(action) {
      then = action
      start()
    },
    pause(question) {
      clearTimeout(timer)
      question.then(start, start)
    },
    end() {
      ended = true
      clearTimeout(timer)
    },
  }
}

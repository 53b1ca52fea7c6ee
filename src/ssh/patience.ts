/** How long a login may take, not counting the time in which the user is asked for a passphrase. */
export function createPatience(milliseconds: number) {
  let timer: NodeJS.Timeout | undefined
  let then = () => {}
  let ended = false
  const start = () => {
    clearTimeout(timer)
    if (!ended) timer = setTimeout(() => then(), milliseconds)
  }
  return {
    expired(action: () => void) {
      then = action
      start()
    },
    pause(question: Promise<unknown>) {
      clearTimeout(timer)
      question.then(start, start)
    },
    end() {
      ended = true
      clearTimeout(timer)
    },
  }
}

/** Ctrl-C, or a terminal that is closed: the first one ends the run after the step at work, the second one at once. */
import { exitCode } from './exit-code.ts'

interface Interrupt {
  readonly signal: AbortSignal
  /** Back to the default: the next signal ends the process. */
  readonly release: () => void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Watches until released. `tell` gets a sentence for the user, `last` is called right before the process is ended. */
export function watchInterrupt(tell: (text: string) => void, last: () => void = () => {}): Interrupt {
  const controller = new AbortController()
  const onSignal = () => {
    if (controller.signal.aborted) {
      last()
      process.exit(exitCode('interrupted'))
    }
    tell('Stopping: the current step is being finished. Press Ctrl-C again to stop at once.')
    controller.abort()
  }
  for (const name of signals) process.on(name, onSignal)
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.removeListener(name, onSignal)
    },
  }
}

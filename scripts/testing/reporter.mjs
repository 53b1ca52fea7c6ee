/**
 * Mocha's spec reporter with a last line `N passed, N failed`. A test that did not run (pending, or never reached
 * because a hook failed or the process died) is a failed one. With `--reporter-option tally=FILE` each result is
 * written there at once, so that the count survives the process, and how long each file took; `terse=1` prints the
 * failures only.
 */
import { appendFileSync } from 'node:fs'
import Mocha from 'mocha'
import { emptyTally, sumUp } from './tally.mjs'

const { Base, Spec } = Mocha.reporters

/** In characters: the start of an error says what was expected and what was seen. */
const longestReason = 1_500

export default class CountingReporter extends Base {
  constructor(runner, options) {
    super(runner, options)
    const { tally: file, terse } = options?.reporterOption ?? options?.reporterOptions ?? {}
    if (!terse) new Spec(runner, options)
    const tally = emptyTally()
    const write = line => {
      if (file !== undefined) appendFileSync(file, `${line}\n`)
    }
    const note = (word, amount = 1) => {
      tally[word] += amount
      write(`${word} ${amount}`)
    }
    const time = stopwatch((path, seconds) => write(`took ${seconds.toFixed(1)} ${path}`))
    runner.on('start', () => note('total', runner.total))
    runner.on('suite', suite => time(suite.file))
    runner.on('pass', () => note('pass'))
    runner.on('pending', () => note('pending'))
    runner.on('fail', (test, error) => {
      note(test.type === 'hook' ? 'hook' : 'fail')
      const why = `${error?.message ?? error}`.slice(0, longestReason)
      write(`failed ${JSON.stringify({ title: test.fullTitle(), why })}`)
    })
    runner.on('end', () => {
      time(undefined)
      note('end')
      if (terse) this.epilogue()
      const { passed, failed } = sumUp(tally)
      if (file === undefined) console.log(`${passed} passed, ${failed} failed`)
    })
    leash()
  }
}

/** To be called with the file that is at work; tells how many seconds were spent in one when the next one comes. */
function stopwatch(tell) {
  let path
  let since = 0
  return next => {
    if (next === path) return
    const now = performance.now()
    if (path !== undefined) tell(path, (now - since) / 1000)
    path = next
    since = now
  }
}

/** Where the process that holds a channel to this one is killed, nobody else would end this one and what it started. */
function leash() {
  if (process.channel === undefined) return
  process.once('disconnect', () => {
    try {
      process.kill(-process.pid, 'SIGKILL')
    } catch {
      // It has no group of its own.
      process.exit(1)
    }
  })
  process.channel.unref()
}

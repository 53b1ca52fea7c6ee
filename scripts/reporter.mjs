/**
 * Mocha's spec reporter with a last line `N passed, N failed`. A test that did not run (pending, or never reached
 * because a hook failed or the process died) is a failed one. With `--reporter-option tally=FILE` each result is
 * written there at once, so that the count survives the process; `terse=1` prints the failures only.
 */
import { appendFileSync } from 'node:fs'
import Mocha from 'mocha'
import { emptyTally, sumUp } from './tally.mjs'

const { Base, Spec } = Mocha.reporters

export default class CountingReporter extends Base {
  constructor(runner, options) {
    super(runner, options)
    const { tally: file, terse } = options?.reporterOption ?? options?.reporterOptions ?? {}
    if (!terse) new Spec(runner, options)
    const tally = emptyTally()
    const note = (word, amount = 1) => {
      tally[word] += amount
      if (file !== undefined) appendFileSync(file, `${word} ${amount}\n`)
    }
    runner.on('start', () => note('total', runner.total))
    runner.on('pass', () => note('pass'))
    runner.on('pending', () => note('pending'))
    runner.on('fail', test => note(test.type === 'hook' ? 'hook' : 'fail'))
    runner.on('end', () => {
      note('end')
      if (terse) this.epilogue()
      const { passed, failed } = sumUp(tally)
      if (file === undefined) console.log(`${passed} passed, ${failed} failed`)
    })
  }
}

/** How mocha's events become `N passed, N failed`. */

export function emptyTally() {
  return { total: 0, pass: 0, fail: 0, pending: 0, hook: 0, end: 0 }
}

/** Reads what the reporter wrote, line by line; an empty text is that of a mocha that never began. */
export function readTally(text) {
  const tally = emptyTally()
  for (const [, word, amount] of text.matchAll(/^(\w+) (\d+)$/gm)) {
    if (Object.hasOwn(tally, word)) tally[word] += Number(amount)
  }
  return tally
}

/** Seconds by file, as the reporter wrote them; a file that was cut off is not among them. */
export function readTimes(text) {
  const lines = [...text.matchAll(/^took (\d+\.\d) (.+)$/gm)]
  return Object.fromEntries(lines.map(([, seconds, path]) => [path, Number(seconds)]))
}

/** The tests and hooks that failed: the full title of each, and the start of its error. */
export function readFailures(text) {
  return [...text.matchAll(/^failed (\{.+)$/gm)].map(([, failure]) => JSON.parse(failure))
}

/**
 * Whatever did not pass failed: pending tests, those that a failed hook or the end of the process kept from running,
 * the hook itself, a run that had no tests or never came to its end, and one whose process failed although no test did.
 */
export function sumUp({ total, pass, fail, pending, hook, end }, exitCode = 0) {
  const unreached = Math.max(0, total - pass - fail - pending)
  const told = fail + pending + unreached + hook
  const untold = (total === 0 || end === 0 || exitCode !== 0) && told === 0 ? 1 : 0
  return { passed: pass, failed: told + untold }
}

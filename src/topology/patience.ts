/** How soon whatever is asked again and again counts as down. */

/**
 * With how many unanswered questions in a row, of those that come about once a second, it is down: one alone may be lost on
 * a busy host. A Pushgateway
 * takes with it what was pushed to it, so it is given the time of an orderly restart too; the others keep nothing.
 */
export function failuresUntilDown(name: string): number {
  return name === 'pushgateway' ? 3 : 2
}

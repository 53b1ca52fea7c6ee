/** Other programs' error messages, made fit for one line. */

const longest = 160

/**
 * The message without what is known already or must not be shown: Go's HTTP client begins with the whole URL, whose
 * query or user part may be a secret.
 */
export function brief(message: string | undefined): string {
  const line = (message ?? '').replaceAll(/\s+/g, ' ').trim()
  const cause = line
    .replace(/^(?:Get|Post|Head) "[^"]*": /, '')
    .replaceAll(/(\w+:\/\/)[^\s"/?#@]*@/g, '$1')
    .replaceAll(/(\w+:\/\/[^\s"?]*)\?[^\s"]*/g, '$1')
  if (cause === '') return 'no reason given'
  return cause.length > longest ? `${cause.slice(0, longest - 1)}…` : cause
}

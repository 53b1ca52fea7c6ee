/** Other programs' error messages, made fit for one line. */

const longest = 160
/** Characters that are looked at. */
const most = 1024

/** Without the URL that Go's HTTP client puts first, whose query or user part may be a secret. */
export function brief(message: string | undefined): string {
  const line = beginning(message ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  const cause = line
    .replace(/^(?:Get|Post|Head) "[^"]*": /, '')
    .replaceAll(/(\b\w+:\/\/)[^\s"/?#@]*@/g, '$1')
    .replaceAll(/(\b\w+:\/\/[^\s"?]*)\?[^\s"]*/g, '$1')
  if (cause === '') return 'no reason given'
  return cause.length > longest ? `${cause.slice(0, longest - 1)}…` : cause
}

/** The same, and of each URL its host only: the path of a webhook is what lets others post there. */
export function briefWithoutPaths(message: string): string {
  const bare = beginning(message)
    .replaceAll(/(\b[A-Za-z][A-Za-z0-9+.-]{0,20}:\/\/)(?:[^\s"/?#@]*@)?([^\s"/?#]*)[^\s"]*/g, '$1$2/…')
    .replaceAll(/\s+/g, ' ')
    .trim()
  if (bare.length <= longest) return bare === '' ? 'no reason given' : bare
  return `${bare.slice(0, Math.max(0, bare.lastIndexOf(' ', longest)))} …`
}

/** Cut between two words: half a URL could be one whose password is not seen to be one. */
function beginning(message: string): string {
  if (message.length <= most) return message
  const spaces = [' ', '\n', '\t'].map(space => message.lastIndexOf(space, most))
  return message.slice(0, Math.max(0, ...spaces))
}

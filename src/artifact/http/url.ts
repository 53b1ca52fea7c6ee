/** URLs as the user wrote them, with or without credentials. */
import { ProblemError } from '../../diagnostic/problem.ts'
import { downloadProblem } from './messages.ts'

/** The URL without credentials and query, for messages. */
export function maskUrl(text: string): string {
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  if (url.username || url.password) {
    url.username = '***'
    url.password = ''
  }
  if (url.search) url.search = '?***'
  return url.href
}

/** The URL without credentials, and the header that carries them: `fetch` takes none in a URL. */
export function splitCredentials(text: string): { readonly url: string; readonly authorization?: string } {
  const url = new URL(text)
  if (!url.username && !url.password) return { url: text }
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  url.username = ''
  url.password = ''
  return { url: url.href, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/** `base` and `path` with one slash between them; a query of the base stays behind the path. Throws if it leads out. */
export function joinUrl(base: string, path: string): string {
  const url = new URL(base)
  const folder = `${url.pathname.replace(/\/+$/, '')}/`
  url.pathname = `${folder}${path}`
  if (!url.pathname.startsWith(folder))
    throw new ProblemError([downloadProblem.leadsOut({}, maskUrl(base), path)])
  return url.href
}

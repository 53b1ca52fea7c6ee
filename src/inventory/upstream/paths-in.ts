/** Which members of an upstream config are paths of files that its program reads. */
import { isYamlMap } from './upstream-values.ts'

export interface PathIn {
  /** The map or list that holds the path, and the key there. */
  readonly owner: object
  readonly key: string | number
  readonly path: string
  /** Of file_sd: its last part may be a pattern, and Prometheus reads it again at each change. */
  readonly discovery: boolean
}

/** Files that Prometheus writes itself, keys with names of the user's below them, and what promha writes. */
const skipped = new Set([
  ...['query_log_file', 'scrape_failure_log_file'],
  ...['labels', 'external_labels', 'params', 'alerting'],
])

/** Upstream's own rule, with few exceptions: `…_file` is one path, `files` and `templates` are lists of them. */
export function pathsIn(value: unknown, under = ''): readonly PathIn[] {
  if (Array.isArray(value)) return value.flatMap(item => pathsIn(item, under))
  if (!isYamlMap(value)) return []
  return Object.entries(value).flatMap(([key, member]) => {
    if (skipped.has(key)) return []
    if (typeof member === 'string')
      return /(?:^|_)file$/.test(key) ? [{ owner: value, key, path: member, discovery: false }] : []
    if (Array.isArray(member) && (key === 'files' || key === 'templates'))
      return member.flatMap((path, index) => {
        const discovery = under === 'file_sd_configs'
        return typeof path === 'string' ? [{ owner: member, key: index, path, discovery }] : []
      })
    return pathsIn(member, key)
  })
}

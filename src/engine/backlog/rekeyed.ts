/** Whose backlog a changed config loses: Prometheus keeps a queue only if its entry and all external labels stay. */
import { isDeepStrictEqual } from 'node:util'
import type { YamlMap } from '../../inventory/model.ts'
import { source } from '../../inventory/text/source-text.ts'
import { isYamlMap, mapsIn } from '../../inventory/upstream/upstream-values.ts'
import { parseYaml } from '../../inventory/yaml/yaml.ts'
import type { RemoteQueue } from '../../verify/answer/remote-write.ts'

type Concerned = (queue: Pick<RemoteQueue, 'remoteName' | 'url'>) => boolean

/**
 * Undefined if all stay. `before`: undefined if it cannot be read; then each queue may be concerned. One that the new config
 * gives up is not.
 */
export function rekeyedQueues(before: string | undefined, after: string): Concerned | undefined {
  const [old, next] = [before === undefined ? undefined : topOf(before), topOf(after)]
  if (old === undefined || next === undefined) return () => true
  if (!isDeepStrictEqual(labelsOf(old), labelsOf(next))) return () => true
  const entries = mapsIn(next.remote_write)
  const changed = mapsIn(old.remote_write).filter(
    entry =>
      !entries.some(one => isDeepStrictEqual(one, entry)) &&
      entries.some(one => one.url === entry.url || (one.name != null && one.name === entry.name)),
  )
  return changed.length === 0 ? undefined : queue => changed.some(entry => isOf(entry, queue))
}

function isOf({ name, url }: YamlMap, queue: Parameters<Concerned>[0]): boolean {
  if (name != null) return String(name) === queue.remoteName
  return redacted(String(url)) === redacted(queue.url)
}

/** Prometheus names a queue with its password as `xxxxx`. */
function redacted(text: string): string {
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  if (url.password !== '') url.password = 'xxxxx'
  return url.href
}

function labelsOf({ global }: YamlMap): YamlMap {
  const labels = isYamlMap(global) ? global.external_labels : undefined
  return isYamlMap(labels) ? labels : {}
}

function topOf(text: string): YamlMap | undefined {
  const { value, problems } = parseYaml(source('', text), text.length + 1_000, 'first')
  if (problems.some(({ severity }) => severity === 'error')) return undefined
  return isYamlMap(value) ? value : {}
}

import type { Context, FileRequest } from './context.ts'
import { resolvePath } from './context.ts'
import { isUrl } from './own-program.ts'
import { expandRange } from './ranges.ts'
import type { CellText, InventoryText } from './schema.ts'
import { type Base, scrapeRequests } from './scrape-files.ts'
import { listRequest } from './shipped.ts'
import { sshPaths } from './ssh.ts'

/**
 * Every file and glob that `edge/` has to read: those that the inventory names, and those that the files read so far name.
 */
export function fileRequests(
  text: InventoryText,
  cells: ReadonlyMap<string, CellText>,
  base: Base,
  files: Context['files'],
): readonly FileRequest[] {
  const read = (path: string): FileRequest => ({ kind: 'read', path: resolvePath(path, base) })
  const requests: FileRequest[] = []
  for (const { prometheus, alertmanager, blackbox, exporters } of cells.values()) {
    const further = Object.values(exporters ?? {}).filter(one => one != null)
    const { remote_write, remote_read, alert_relabel_configs, alertmanagers } = prometheus ?? {}
    for (const part of [
      remote_write,
      remote_read,
      alert_relabel_configs,
      alertmanagers,
      alertmanager?.config,
      blackbox?.modules,
      ...further.map(({ config }) => config),
    ]) {
      if (typeof part === 'string') requests.push(read(part))
    }
    for (const { program } of further)
      if (typeof program === 'string' && !isUrl(program))
        requests.push({ kind: 'exists', path: resolvePath(program, base) })
    if (prometheus) requests.push(...scrapeRequests(prometheus, base, files))
    for (const part of [prometheus, alertmanager, blackbox, ...further])
      requests.push(...Object.values(part?.files ?? {}).map(read))
    for (const path of [
      ...(prometheus?.rule_files ?? []),
      ...(prometheus?.rule_tests ?? []),
      ...(alertmanager?.templates ?? []),
    ]) {
      requests.push(listRequest(path, base))
    }
  }
  const paths = [
    ...sshPaths(text.ssh ?? {}),
    ...Object.entries(text.hosts ?? {}).flatMap(([key, host]) => sshPaths(host?.ssh ?? {}, isRanged(key))),
  ]
  return [
    ...requests,
    ...(text.artifacts?.keyring != null
      ? [{ kind: 'keyring', path: resolvePath(text.artifacts.keyring, base) } as const]
      : []),
    ...paths.map((path): FileRequest => ({ kind: 'exists', path: resolvePath(path, base) })),
  ]
}

function isRanged(key: string): boolean {
  const expanded = expandRange(key)
  return 'values' in expanded && expanded.values[0] !== key
}

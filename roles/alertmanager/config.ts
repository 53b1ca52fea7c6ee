/** alertmanager.yml: the user's own, with the shipped templates named in it. */
import { asWritten, withMember } from '../../src/inventory/as-written.ts'
import { brings } from '../../src/inventory/host-paths.ts'
import type { AlertmanagerSettings, Yaml, YamlMap } from '../../src/inventory/model.ts'

/** Upstream's config. Templates that none of its own `templates` entries matches are added, one by one. */
export function alertmanagerConfig({ config, templates }: AlertmanagerSettings): YamlMap {
  const own: readonly Yaml[] = Array.isArray(config.templates) ? config.templates : []
  const named = own.flatMap((_, index) => asWritten(own, index) ?? [])
  const missing = templates
    .map(file => file.name)
    .filter(name => !named.some(path => brings([name], path, '/etc/alertmanager')))
  return missing.length === 0 ? config : withMember(config, 'templates', [...named, ...missing])
}

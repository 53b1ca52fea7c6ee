/** alertmanager.yml: the user's own, with the shipped templates named in it. */
import { asWritten, withMember } from '../../src/inventory/as-written.ts'
import type { AlertmanagerSettings, Yaml, YamlMap } from '../../src/inventory/model.ts'

/** Upstream's config. Templates that none of its own `templates` entries matches are added, one by one. */
export function alertmanagerConfig({ config, templates }: AlertmanagerSettings): YamlMap {
  const own: readonly Yaml[] = Array.isArray(config.templates) ? config.templates : []
  const named = own.flatMap((_, index) => asWritten(own, index) ?? [])
  const patterns = named.map(globPattern)
  const missing = templates
    .map(file => file.name)
    .filter(name => !patterns.some(pattern => pattern.test(name)))
  return missing.length === 0 ? config : withMember(config, 'templates', [...named, ...missing])
}

/** Go's filepath.Glob for files beside the config: `*` and `?` stop at a slash, `[…]` is a class. */
function globPattern(glob: string): RegExp {
  const relative = glob.replace(/^(\/etc\/alertmanager\/|\.\/)/, '')
  const source = relative.replaceAll(/\[\^?[^\]]+\]|[\s\S]/g, part => {
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    return part.length > 1 ? part : part.replace(/[\\^$.+()|{}[\]/]/, '\\$&')
  })
  try {
    return new RegExp(`^${source}$`)
  } catch {
    // No glob either: amtool will say so.
    return /^(?!)/
  }
}

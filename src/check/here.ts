/** What a tool may see on this machine of a config that names files by paths of its author. */
import { yamlText } from '../../roles/text/yaml.ts'
import { brings } from '../inventory/file/host-paths.ts'
import { asWritten, withMember } from '../inventory/text/as-written.ts'
import { source } from '../inventory/text/source-text.ts'
import { isYamlMap } from '../inventory/upstream/upstream-values.ts'
import { parseYaml } from '../inventory/yaml/yaml.ts'
import type { BundleCheck } from '../resource/model.ts'
import type { BundleFile } from './refusal.ts'

const config = 'alertmanager.yml'

/** The bundle for a check here: amtool opens all that `templates` names, so here that is files of the bundle only. */
export function asSeenHere(
  files: readonly BundleFile[],
  { program, root }: Pick<BundleCheck, 'program' | 'root'>,
): readonly BundleFile[] {
  if (!program.endsWith('/amtool')) return files
  const names = files.map(({ name }) => name)
  return files.map(file => {
    if (file.name !== config || typeof file.content !== 'string') return file
    const value = file.value ?? parseYaml(source('', file.content)).value
    if (!isYamlMap(value) || !Array.isArray(value.templates)) return file
    const own = value.templates
    const brought = own.flatMap((item, index): readonly unknown[] => {
      // No path: amtool says so.
      if (typeof item === 'object' && item !== null) return [item]
      const path = asWritten(own, index)
      return path === undefined ? [] : names.filter(name => brings([name], path, root)).map(literalGlob)
    })
    const seen = withMember(value, 'templates', [...new Set(brought)])
    return { ...file, content: yamlText(seen), value: seen }
  })
}

/** A path that Go's patterns match with itself alone. */
export function literalGlob(path: string): string {
  return path.replace(/[\\*?[]/g, '\\$&')
}

/** Resources in the form that the roles share. */
import { programFiles } from '../../src/artifact/catalog.ts'
import { compareVersions } from '../../src/artifact/version-order.ts'
import type { ArtifactOrigin } from '../../src/inventory/artifact/origin.ts'
import type { Component } from '../../src/inventory/model.ts'
import type {
  DirectoryResource,
  FileResource,
  ProgramResource,
  Resource,
  TreeResource,
} from '../../src/resource/model.ts'
import type { ReleaseDefinition } from '../release.ts'

/** Tools that no service runs. */
const tools: readonly string[] = ['/usr/local/bin/promtool', '/usr/local/bin/amtool']

/** The files of a release, after the directories that they need beside those of every system. */
export function programs(
  component: Component,
  kind: ArtifactOrigin['kind'],
  version: string,
  release?: ReleaseDefinition,
): readonly (DirectoryResource | ProgramResource | TreeResource)[] {
  const files = programFiles(component, kind, release)
  const directories = parents(files.map(file => file.path)).filter(path => path.startsWith('/usr/share/'))
  return [
    ...directories.map(path => directory(path, 'root', 'root', 0o755)),
    ...files.map(({ path, mode, strip }): ProgramResource | TreeResource =>
      strip === undefined
        ? {
            kind: 'program',
            component,
            version,
            path,
            mode,
            effect: tools.includes(path) ? 'none' : 'restart',
          }
        : { kind: 'tree', component, version, path, strip, effect: 'restart' },
    ),
  ]
}

export function directory(path: string, owner: string, group: string, mode: number): DirectoryResource {
  return { kind: 'directory', path, owner, group, mode }
}

/** A config file that only root and the service may read, since any of them can hold a secret. */
export function configFile(
  path: string,
  group: string,
  effect: FileResource['effect'],
  content: string | Uint8Array,
): FileResource {
  return { kind: 'file', path, content, owner: 'root', group, mode: 0o640, effect }
}

/** A copy that is never shown if it was read from outside the inventory's directory; else the file itself. */
export function concealedIf(outside: boolean | undefined, file: FileResource): FileResource {
  return outside ? { ...file, concealed: 'outside' } : file
}

/** The config files after every directory between them and `root`, `root` included. */
export function configTree(root: string, group: string, files: readonly FileResource[]): readonly Resource[] {
  const inside = parents(files.map(file => file.path)).filter(
    path => path === root || path.startsWith(`${root}/`),
  )
  return [...inside.map(path => directory(path, 'root', group, 0o750)), ...files]
}

/** Whether a release is of that line or a later one: `atLeast('3.5.3', '3.0')`. */
export function atLeast(version: string, line: string): boolean {
  return compareVersions(version, line) >= 0
}

/** Every directory above the paths, the upper ones first, each once. */
function parents(paths: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      found.add(path.slice(0, end))
  }
  return [...found].sort()
}

/** A config file that anybody may read: addresses and ports, and no secret. It is loaded by a reload. */
export function openConfig(path: string, content: string): FileResource {
  return { kind: 'file', path, content, owner: 'root', group: 'root', mode: 0o644, effect: 'reload' }
}

/** A script that anybody may read and run, and only root may change. */
export function scriptFile(path: string, effect: FileResource['effect'], content: string): FileResource {
  return { kind: 'file', path, content, owner: 'root', group: 'root', mode: 0o755, effect }
}

/** Goes first among an instance's resources: the package of the host's own system that brings its program. */
export function hostPackage(name: 'keepalived' | 'haproxy' | 'nftables'): readonly Resource[] {
  return [{ kind: 'package', name }]
}

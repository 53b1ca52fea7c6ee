/** An exporter of the catalogue, or of an entry of the inventory in the same form: the resources of its hosts. */
import { basename, dirname } from 'node:path'
import type { ArtifactOrigin } from '../../src/inventory/artifact-origin.ts'
import { joinHostPort } from '../../src/inventory/endpoint.ts'
import type { ExporterSettings, HostSettings } from '../../src/inventory/model.ts'
import { wordsOn } from '../../src/inventory/words-on.ts'
import type {
  BundleCheck,
  FileResource,
  Instance,
  ListeningPort,
  ProgramResource,
  Resource,
} from '../../src/resource/model.ts'
import { writtenFrom } from '../../src/resource/rendered.ts'
import type { Exporters, Member } from '../../src/topology/model.ts'
import { programInstance } from '../exporter.ts'
import { flagCheck, flagWords, listening, noPort } from '../flags.ts'
import { renderTemplate } from '../render.ts'
import { concealedIf, configFile, configTree, programs } from '../resources.ts'
import { unitWords } from '../words.ts'
import { yamlText } from '../yaml.ts'
import { accountOf, type ExporterDefinition, exporterName } from './definition.ts'

/** One instance a host; all may be changed at once, since none stands in for another. */
export function catalogueInstances(
  cell: string,
  { component, members }: Exporters,
  settings: ExporterSettings,
  definition: ExporterDefinition,
  kind: ArtifactOrigin['kind'],
  version: string,
): readonly Instance[] {
  const user = accountOf(definition)
  const files = filesOf(component, settings, definition)
  const root = `/etc/${component}`
  const before: readonly Resource[] = [
    ...(definition.packages ?? []).map(name => ({ kind: 'package', name }) as const),
    // It keeps nothing, so it needs no home.
    ...(user === 'root' ? [] : [{ kind: 'user', name: user, home: '/nonexistent' } as const]),
    ...programs(exporterName(definition), kind, version, definition.release).map(one =>
      one.kind === 'program' ? ownProgram(one, component) : one,
    ),
    ...(files.length > 0 ? configTree(root, user, files) : []),
  ]
  return members.map(member => instanceOf(cell, component, member, settings, definition, before, files))
}

function instanceOf(
  cell: string,
  component: string,
  member: Member,
  settings: ExporterSettings,
  definition: ExporterDefinition,
  before: readonly Resource[],
  files: readonly FileResource[],
): Instance {
  const words = wordsOn(settings, member.host)
  const command = commandOf(component, words, definition, files)
  const { of, manual, groups = [], config, unit: further = [], readyPath = '/', flagsCheck } = definition
  const content = renderTemplate('exporters', 'exporter.service', {
    ...{ of, manual, groups, settings: further, user: accountOf(definition), commandLine: { command } },
    reloads: config?.reload === true,
    words: unitWords(component, words),
  })
  return programInstance({
    ...{ cell, component, member, words, before, content, readyPath, loaded: 'none' },
    ports: receivingPorts(words, definition),
    checks: [
      ...(flagsCheck ? [flagsJudged(command, words.flags, definition)] : []),
      ...configChecks(command[0] ?? '', settings, definition, files),
    ],
  })
}

function programPath(component: string): string {
  return `/usr/local/bin/${component}`
}

/** Two of a kind have a program each, so that the change or the end of one does not touch the other. */
function ownProgram(program: ProgramResource, component: string): ProgramResource {
  const path = programPath(component)
  return program.path === path ? program : { ...program, path, from: program.path }
}

function commandOf(
  component: string,
  { listen, flags }: HostSettings,
  definition: ExporterDefinition,
  files: readonly FileResource[],
): readonly string[] {
  const { config, switches, portFlag, listenFlag = 'web.listen-address', receives = [] } = definition
  const configPath = config && `/etc/${component}/${config.file}`
  const own = [
    ...(portFlag === undefined
      ? [[listenFlag, joinHostPort(listen)] as const]
      : [[listenFlag, listen.address] as const, [portFlag, String(listen.port)] as const]),
    ...receives.map(({ flag, port }) => [flag, joinHostPort({ ...listen, port })] as const),
    ...(config && files.some(({ path }) => path === configPath)
      ? [[config.flag, `${configPath}`] as const]
      : []),
    ...(definition.flags ?? []),
  ]
  return [programPath(component), ...flagWords(own, flags, switches)]
}

/** What is pushed to it comes in here; an address of the inventory's in a form of its own is left to the program. */
function receivingPorts(
  { listen, flags }: HostSettings,
  { receives = [] }: ExporterDefinition,
): readonly ListeningPort[] {
  return receives.flatMap(({ flag, port, protocol }) => {
    const text = String(flags[flag] ?? joinHostPort({ ...listen, port }))
    const [, address = '', own] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? []
    return own === undefined ? [] : listening(Number(own), [address || '0.0.0.0'], protocol)
  })
}

/** It reads its config before it listens: one that only the check sees. */
function flagsJudged(
  command: readonly string[],
  flags: HostSettings['flags'],
  { config, flagsCheck = {} }: ExporterDefinition,
): BundleCheck {
  const file = { name: 'flags-check.yml', content: flagsCheck.config ?? '' }
  return flagCheck(command, '/etc', flags, {
    instead: [...(config ? [[config.flag, file.name] as const] : []), noPort.flag],
    accepted: [noPort.accepted],
    ...(config ? { config: file } : {}),
  })
}

/** Its config and the files beside it. */
function filesOf(
  component: string,
  { config, files = [], outside }: ExporterSettings,
  definition: ExporterDefinition,
): readonly FileResource[] {
  const root = `/etc/${component}`
  const { config: form } = definition
  const user = accountOf(definition)
  const effect = form?.reload ? 'reload' : 'restart'
  const shipped = files.map(file => ({
    ...concealedIf(file.outside, configFile(`${root}/${file.name}`, user, effect, file.content)),
    ...(file.outside ? {} : { concealed: true }),
  }))
  if (form === undefined || config === undefined) return shipped
  const text = `# Written by promha. The next apply undoes a change made here.\n${yamlText(config)}`
  const file = configFile(`${root}/${form.file}`, user, effect, text)
  return [...shipped, writtenFrom(concealedIf(outside, file), config)]
}

function configChecks(
  program: string,
  { files = [], outside }: ExporterSettings,
  { config }: ExporterDefinition,
  written: readonly FileResource[],
): readonly BundleCheck[] {
  const file = written.find(({ path }) => basename(path) === config?.file)
  if (config?.check === undefined || file === undefined) return []
  const withheld = outside || files.some(one => one.outside) ? { withheld: true as const } : {}
  return [{ program, root: dirname(file.path), args: [...config.check, config.file], ...withheld }]
}

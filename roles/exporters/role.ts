/** An exporter of the catalogue, or of an entry of the inventory in the same form: the resources of its hosts. */
import { basename, dirname } from 'node:path'
import { defined } from '../../src/diagnostic/defined.ts'
import { holdsOutside, wordsOn } from '../../src/inventory/cell/words-on.ts'
import type { ExporterSettings, HostSettings } from '../../src/inventory/model.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import type { BundleCheck, FileResource, Instance, Resource } from '../../src/resource/model.ts'
import { writtenFrom } from '../../src/resource/rendered.ts'
import type { Exporters } from '../../src/topology/model.ts'
import { programInstance } from '../common/exporter.ts'
import { configFile, configTree, programs } from '../common/resources.ts'
import { type FilesPlace, unitTexts, userFiles } from '../common/words.ts'
import type { Released } from '../component.ts'
import { type FlagValue, flagCheck, flagWords, listening, noPort } from '../text/flags.ts'
import { renderTemplate } from '../text/render.ts'
import { yamlText } from '../text/yaml.ts'
import { accountOf, type ExporterDefinition, exporterName, receivedAt } from './definition.ts'

/** One instance a host; all may be changed at once, since none stands in for another. */
export function catalogueInstances(
  cell: string,
  { component, members }: Exporters,
  { settings, definition }: { readonly settings: ExporterSettings; readonly definition: ExporterDefinition },
  { kind, version }: Released,
): readonly Instance[] {
  const user = accountOf(definition)
  const root = `/etc/${component}`
  const path = `/usr/local/bin/${component}`
  const place = { root, group: user, effect: definition.config?.reload ? 'reload' : 'restart' } as const
  const config = configOf(settings, definition, place)
  const before = (files: readonly FileResource[]): readonly Resource[] => [
    ...(definition.packages ?? []).map(name => ({ kind: 'package', name }) as const),
    // It keeps nothing, so it needs no home.
    ...(user === 'root' ? [] : [{ kind: 'user', name: user, home: '/nonexistent' } as const]),
    // Two of a kind have a program each, so that the change or the end of one does not touch the other.
    ...programs(exporterName(definition), kind, version, definition.release).map(one =>
      one.kind !== 'program' || one.path === path ? one : { ...one, path, from: one.path },
    ),
    ...(files.length > 0 ? configTree(root, user, files) : []),
  ]
  const { of, manual, unit: settingsOfUnit = [], readyPath = '/', flagsCheck } = definition
  return members.map(member => {
    const files = [...userFiles(settings, member.host, place), ...config]
    const words = wordsOn(settings, member.host)
    const command = [path, ...argumentsOf(root, words, definition, files)]
    return programInstance({
      cell,
      component,
      member,
      words,
      before: before(files),
      content: renderTemplate('exporters', 'exporter.service', {
        of,
        manual,
        settings: settingsOfUnit,
        user,
        commandLine: { command },
        reloads: definition.config?.reload === true,
        words: unitTexts(component, words),
      }),
      readyPath,
      loaded: 'none',
      ports: receivedAt(words, definition.receives).flatMap(({ endpoint: { address, port }, protocol }) =>
        listening(port, [address], protocol),
      ),
      checks: [
        ...(flagsCheck ? [flagsJudged(command, words.flags, definition)] : []),
        ...configChecks(path, settings, definition, files),
      ],
    })
  })
}

function argumentsOf(
  root: string,
  { listen, alsoListen = [], flags }: HostSettings,
  definition: ExporterDefinition,
  files: readonly FileResource[],
): readonly string[] {
  const { config, switches, portFlag, listenFlag = 'web.listen-address', receives = [] } = definition
  const configPath = config && `${root}/${config.file}`
  const own: readonly (readonly [string, FlagValue])[] = [
    ...(portFlag === undefined
      ? [[listenFlag, [listen, ...alsoListen].map(joinHostPort)] as const]
      : [[listenFlag, listen.address] as const, [portFlag, String(listen.port)] as const]),
    ...receives.map(({ flag, port }) => [flag, joinHostPort({ ...listen, port })] as const),
    ...(config && files.some(({ path }) => path === configPath)
      ? [[config.flag, `${configPath}`] as const]
      : []),
    ...(definition.flags ?? []),
  ]
  return flagWords(own, flags, switches)
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

function configOf(
  { config, outside }: ExporterSettings,
  { config: form }: ExporterDefinition,
  { root, group, effect }: FilesPlace,
): readonly FileResource[] {
  if (form === undefined || config === undefined) return []
  const text = `# Written by promha. The next apply undoes a change made here.\n${yamlText(config)}`
  const file = configFile(`${root}/${form.file}`, group, effect, text)
  return [writtenFrom({ ...file, concealed: outside ? 'outside' : true }, config)]
}

function configChecks(
  program: string,
  settings: ExporterSettings,
  { config }: ExporterDefinition,
  written: readonly FileResource[],
): readonly BundleCheck[] {
  const file = written.find(({ path }) => basename(path) === config?.file)
  if (config?.check === undefined || file === undefined) return []
  const withheld = holdsOutside(settings) ? { withheld: true as const } : {}
  const hostOnly = config.checkedHere ? {} : { hostOnly: true as const }
  const ends = defined({ accepted: config.accepted })
  const args = [...config.check, config.file]
  return [{ program, root: dirname(file.path), args, ...ends, ...withheld, ...hostOnly }]
}

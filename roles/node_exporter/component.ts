import { posix } from 'node:path'
import {
  type CommandFlags,
  type ComponentDefinition,
  exporterOrder,
  type FlagChange,
  type FoundFlags,
  flagValue,
  type HostFacts,
} from '../component.ts'
import { githubRelease, program } from '../release.ts'

export const nodeExporter: ComponentDefinition = {
  name: 'node_exporter',
  aliases: ['node'],
  key: ['exporters', 'node'],
  settings: cell => cell.exporters?.node_exporter,
  noun: 'node_exporter',
  release: {
    version: '1.12.1',
    upstream: githubRelease('node_exporter', ['node_exporter']),
    debian: {
      packages: [{ name: 'prometheus-node-exporter' }],
      members: [program('usr/bin/prometheus-node-exporter', 'node_exporter')],
    },
  },
  members: cell => cell.exporters.find(({ component }) => component === 'node_exporter')?.members ?? [],
  readyCheck: 'exporter.up',
  health: { address: '127.0.0.1', port: 9100, readyPath: '/', loaded: 'none' },
  order: exporterOrder,
  fittedUnit,
  takeOver: {
    programs: /^(prometheus-)?node-exporter(-?v?\d.*)?$/,
    units: ['prometheus-node-exporter', 'prometheus-node_exporter', 'node-exporter'],
    knownFlags: /^collector\.textfile\.directory$/,
    flagChange: textfileChange,
  },
}

/**
 * It reports the file systems of /home and /root, so it must see them. If nothing is mounted there, there is nothing to
 * see: the report stays the same.
 */
function fittedUnit(unit: string, { homesMounted }: HostFacts): string {
  return homesMounted === false ? unit.replace(/^ProtectHome=read-only$/m, 'ProtectHome=true') : unit
}

const textfiles = 'collector.textfile.directory'

function textfileChange({ flags, directory }: FoundFlags, wanted: CommandFlags): FlagChange | undefined {
  const [before, after] = [flagValue(flags, textfiles), flagValue(wanted, textfiles)]
  if (before === undefined || after === undefined) return undefined
  const path = posix.resolve(directory, before)
  if (path === after.replace(/\/+$/, '')) return undefined
  return {
    summary: `reads metrics from files in ${path} and will read them from ${after}`,
    remedy: `Make the programs that write these files write to ${after}.`,
  }
}

import { posix } from 'node:path'
import {
  type CommandFlags,
  type ComponentDefinition,
  type FlagChange,
  type FoundFlags,
  flagValue,
  type HostFacts,
} from '../component.ts'
import { exporter } from '../exporters/definition.ts'
import { githubRelease, program } from '../release.ts'

const textfiles = 'collector.textfile.directory'

const form = exporter({
  key: 'node',
  of: 'machine metrics',
  manual: 'https://github.com/prometheus/node_exporter',
  release: {
    version: '1.12.1',
    upstream: githubRelease('node_exporter', ['node_exporter']),
    debian: {
      packages: [{ name: 'prometheus-node-exporter' }],
      members: [program('usr/bin/prometheus-node-exporter', 'node_exporter')],
    },
  },
  port: 9100,
  rules: {
    file: 'node_exporter/rules/node.yml',
    flags: { 'collector.systemd': true, 'collector.systemd.enable-restarts-metrics': true },
  },
  own: { [textfiles]: 'promha keeps it in /var/lib/node_exporter' },
})

export const nodeExporter: ComponentDefinition = {
  ...form,
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

import { posix } from 'node:path'
import type { CommandFlags, ComponentDefinition, FlagChange, FoundFlags, HostFacts } from '../component.ts'
import { flagValue } from '../component.ts'
import { exporter } from '../exporters/definition.ts'
import { promuAndDebian } from '../release.ts'

const textfiles = 'collector.textfile.directory'

const form = exporter({
  key: 'node',
  of: 'machine metrics',
  release: promuAndDebian('prometheus/node_exporter', '1.12.1'),
  port: 9100,
  severalAddressesFrom: '1.5.0',
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

/** It reports the file systems of /home and /root, so it must see them if something is mounted there. */
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

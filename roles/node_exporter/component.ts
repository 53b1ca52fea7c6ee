import type { ComponentDefinition } from '../component.ts'
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
  order: { oneByOne: false },
  takeOver: {
    programs: /^(prometheus-)?node-exporter(-?v?\d.*)?$/,
    units: ['prometheus-node-exporter', 'prometheus-node_exporter', 'node-exporter'],
  },
}

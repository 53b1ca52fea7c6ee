import { blackboxOwn } from '../../src/inventory/flags.ts'
import type { ComponentDefinition } from '../component.ts'
import { githubRelease, program } from '../release.ts'
import { buildPart } from './settings.ts'

export const blackboxExporter: ComponentDefinition = {
  name: 'blackbox_exporter',
  aliases: ['blackbox'],
  key: ['blackbox'],
  settings: cell => cell.blackbox,
  buildPart,
  noun: 'prober',
  ownFlags: blackboxOwn,
  account: 'blackbox-exp',
  release: {
    version: '0.28.0',
    upstream: githubRelease('blackbox_exporter', ['blackbox_exporter']),
    debian: {
      packages: [{ name: 'prometheus-blackbox-exporter' }],
      members: [program('usr/bin/prometheus-blackbox-exporter', 'blackbox_exporter')],
    },
  },
  members: cell => cell.probers,
  readyCheck: 'exporter.up',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: 9115, readyPath: '/-/healthy', loaded: 'blackbox' },
  order: { wave: 2, oneByOne: true },
  partOf: () => ['modules'],
  takeOver: {
    programs: /^(prometheus-)?blackbox-exporter(-?v?\d.*)?$/,
    units: ['prometheus-blackbox-exporter', 'prometheus-blackbox_exporter', 'blackbox-exporter'],
    config: 'blackbox.yml',
  },
}

import type { ComponentDefinition } from '../component.ts'
import { promuAndDebian } from '../release.ts'
import { blackboxOwnFlags, part } from './settings.ts'

export const blackboxExporter: ComponentDefinition = {
  name: 'blackbox_exporter',
  aliases: ['blackbox'],
  key: ['blackbox'],
  settings: cell => cell.blackbox,
  parts: [part],
  noun: 'prober',
  ownFlags: blackboxOwnFlags,
  severalAddressesFrom: '0.23.0',
  account: 'blackbox-exp',
  release: promuAndDebian('prometheus/blackbox_exporter', '0.28.0'),
  members: cell => cell.probers,
  readyCheck: 'exporter.up',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: 9115, readyPath: '/-/healthy', loaded: 'blackbox' },
  order: { oneByOne: true },
  partOf: () => ['modules'],
  takeOver: {
    programs: /^(prometheus-)?blackbox-exporter(-?v?\d.*)?$/,
    units: ['prometheus-blackbox-exporter', 'prometheus-blackbox_exporter', 'blackbox-exporter'],
    config: 'blackbox.yml',
  },
}

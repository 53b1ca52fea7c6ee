import { promuAndDebian } from '../release.ts'
import { exporter } from './definition.ts'

export const smokepingProber = exporter({
  key: 'smokeping',
  name: 'smokeping_prober',
  of: 'the times of echo requests',
  release: promuAndDebian('SuperQ/smokeping_prober', '0.12.0'),
  port: 9374,
  severalAddressesFrom: '0.7.0',
  rules: { file: 'exporters/rules/smokeping.yml' },
  user: 'smokeping',
  config: { file: 'probes.yml', flag: 'config.file', required: true, reload: true },
  readyPath: '/-/healthy',
  unit: ['# Its own echo requests.', 'CapabilityBoundingSet=CAP_NET_RAW', 'AmbientCapabilities=CAP_NET_RAW'],
})

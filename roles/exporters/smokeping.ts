import { debianRelease, promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const smokepingProber = exporter({
  key: 'smokeping',
  name: 'smokeping_prober',
  of: 'the times of echo requests',
  manual: 'https://github.com/SuperQ/smokeping_prober',
  release: {
    version: '0.12.0',
    upstream: promuRelease('SuperQ/smokeping_prober'),
    debian: debianRelease('prometheus-smokeping-prober', 'smokeping_prober'),
  },
  port: 9374,
  rules: { file: 'exporters/rules/smokeping.yml' },
  user: 'smokeping',
  config: { file: 'probes.yml', flag: 'config.file', required: true, reload: true },
  readyPath: '/-/healthy',
  unit: ['# Its own echo requests.', 'CapabilityBoundingSet=CAP_NET_RAW', 'AmbientCapabilities=CAP_NET_RAW'],
})

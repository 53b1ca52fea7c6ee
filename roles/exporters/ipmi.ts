import { debianRelease, promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const ipmiExporter = exporter({
  key: 'ipmi',
  of: 'hardware that is watched by IPMI',
  manual: 'https://github.com/prometheus-community/ipmi_exporter',
  release: {
    version: '1.10.1',
    upstream: promuRelease('prometheus-community/ipmi_exporter'),
    debian: debianRelease('prometheus-ipmi-exporter', 'ipmi_exporter'),
  },
  port: 9290,
  // /dev/ipmi0 is root's alone.
  user: 'root',
  packages: ['freeipmi-tools'],
  config: { file: 'ipmi.yml', flag: 'config.file', reload: true },
  probe: { path: '/ipmi', parameters: ['module'] },
  unit: ['# The interface to the board.', 'PrivateDevices=false', 'DeviceAllow=char-ipmidev rw'],
})

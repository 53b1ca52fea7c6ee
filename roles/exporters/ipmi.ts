import { promuAndDebian } from '../release.ts'
import { exporter } from './definition.ts'

export const ipmiExporter = exporter({
  key: 'ipmi',
  of: 'hardware that is watched by IPMI',
  release: promuAndDebian('prometheus-community/ipmi_exporter', '1.10.1'),
  port: 9290,
  severalAddressesFrom: '1.7.0',
  rules: { file: 'exporters/rules/ipmi.yml' },
  // /dev/ipmi0 is root's alone.
  user: 'root',
  packages: ['freeipmi-tools'],
  config: { file: 'ipmi.yml', flag: 'config.file', reload: true },
  probe: { path: '/ipmi', parameters: ['module'] },
  unit: ['# The interface to the board.', 'PrivateDevices=false', 'DeviceAllow=char-ipmidev rw'],
})

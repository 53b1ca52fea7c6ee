import { promuAndDebian } from '../release.ts'
import { exporter } from './definition.ts'

export const smartctlExporter = exporter({
  key: 'smartctl',
  of: 'the health of disks',
  release: promuAndDebian('prometheus-community/smartctl_exporter', '0.14.0', 'usr/bin/smartctl_exporter'),
  port: 9633,
  severalAddressesFrom: '0.9.1',
  rules: { file: 'exporters/rules/smartctl.yml' },
  packages: ['smartmontools'],
  unit: [
    '# Commands to disks: SATA needs the first privilege, NVMe the second, and the third opens their devices.',
    'CapabilityBoundingSet=CAP_SYS_RAWIO CAP_SYS_ADMIN CAP_DAC_READ_SEARCH',
    'AmbientCapabilities=CAP_SYS_RAWIO CAP_SYS_ADMIN CAP_DAC_READ_SEARCH',
    'PrivateDevices=false',
  ],
})

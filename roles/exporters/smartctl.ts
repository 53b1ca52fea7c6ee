import { debianRelease, promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const smartctlExporter = exporter({
  key: 'smartctl',
  of: 'the health of disks',
  manual: 'https://github.com/prometheus-community/smartctl_exporter',
  release: {
    version: '0.14.0',
    upstream: promuRelease('prometheus-community/smartctl_exporter'),
    debian: debianRelease('prometheus-smartctl-exporter', 'smartctl_exporter', 'usr/bin/smartctl_exporter'),
  },
  port: 9633,
  packages: ['smartmontools'],
  unit: [
    '# Commands to disks: SATA needs the first privilege, NVMe the second, and the third opens their devices.',
    'CapabilityBoundingSet=CAP_SYS_RAWIO CAP_SYS_ADMIN CAP_DAC_READ_SEARCH',
    'AmbientCapabilities=CAP_SYS_RAWIO CAP_SYS_ADMIN CAP_DAC_READ_SEARCH',
    'PrivateDevices=false',
  ],
})

import { promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const chronyExporter = exporter({
  key: 'chrony',
  of: 'the time of chrony',
  release: { version: '0.13.3', upstream: promuRelease('SuperQ/chrony_exporter') },
  port: 9123,
  severalAddressesFrom: '0.5.0',
  rules: { file: 'exporters/rules/chrony.yml' },
  // chronyd answers here without a privilege; upstream's own default fails on a host without IPv6.
  flags: [['chrony.address', '127.0.0.1:323']],
})

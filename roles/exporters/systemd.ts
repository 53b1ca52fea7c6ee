import { promuAndDebian } from '../release.ts'
import { exporter } from './definition.ts'

export const systemdExporter = exporter({
  key: 'systemd',
  of: 'units of systemd',
  release: promuAndDebian('prometheus-community/systemd_exporter', '0.7.0'),
  port: 9558,
  severalAddressesFrom: '0.6.0',
  rules: { file: 'exporters/rules/systemd.yml' },
  flagsCheck: {},
})

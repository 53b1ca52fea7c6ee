import { debianRelease, promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const systemdExporter = exporter({
  key: 'systemd',
  of: 'units of systemd',
  manual: 'https://github.com/prometheus-community/systemd_exporter',
  release: {
    version: '0.7.0',
    upstream: promuRelease('prometheus-community/systemd_exporter'),
    debian: debianRelease('prometheus-systemd-exporter', 'systemd_exporter'),
  },
  port: 9558,
  rules: { file: 'exporters/rules/systemd.yml' },
  flagsCheck: {},
})

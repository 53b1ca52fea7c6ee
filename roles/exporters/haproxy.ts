import { promuAndDebian } from '../release.ts'
import { exporter } from './definition.ts'

export const haproxyExporter = exporter({
  key: 'haproxy',
  alias: false,
  of: 'HAProxy',
  release: promuAndDebian('prometheus/haproxy_exporter', '0.15.0'),
  port: 9101,
  severalAddressesFrom: '0.14.0',
  rules: { file: 'exporters/rules/haproxy.yml' },
})

import { promuAndDebian } from '../release.ts'
import { exporter } from './definition.ts'

export const bindExporter = exporter({
  key: 'bind',
  of: 'the name server BIND',
  release: promuAndDebian('prometheus-community/bind_exporter', '0.8.0'),
  port: 9119,
  severalAddressesFrom: '0.6.0',
  rules: { file: 'exporters/rules/bind.yml' },
  // BIND listens on 127.0.0.1 as its manual's example has it, and "localhost" may mean ::1.
  flags: [['bind.stats-url', 'http://127.0.0.1:8053/']],
})

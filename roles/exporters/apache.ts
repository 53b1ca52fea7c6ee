import { promuAndDebian } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const apacheExporter = exporter({
  key: 'apache',
  of: 'the Apache web server',
  release: promuAndDebian('Lusitaniae/apache_exporter', '1.1.1'),
  port: 9117,
  severalAddressesFrom: '1.0.0',
  rules: { file: 'exporters/rules/apache.yml' },
  pathFlag: 'telemetry.endpoint',
  credentials: inEnvironment('SCRAPE_URI'),
})

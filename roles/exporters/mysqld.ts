import { promuAndDebian } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const mysqldExporter = exporter({
  key: 'mysqld',
  of: 'MySQL and MariaDB',
  release: promuAndDebian('prometheus/mysqld_exporter', '0.20.0'),
  port: 9104,
  severalAddressesFrom: '0.15.0',
  rules: { file: 'exporters/rules/mysqld.yml' },
  credentials: inEnvironment('MYSQLD_EXPORTER_PASSWORD'),
  probe: { path: '/probe', parameters: ['auth_module'] },
})

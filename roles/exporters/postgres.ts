import { promuAndDebian } from '../release.ts'
import { exporter } from './definition.ts'

export const postgresExporter = exporter({
  key: 'postgres',
  of: 'PostgreSQL',
  release: promuAndDebian('prometheus-community/postgres_exporter', '0.20.1'),
  port: 9187,
  severalAddressesFrom: '0.12.0',
  rules: { file: 'exporters/rules/postgres.yml' },
  config: { file: 'postgres_exporter.yml', flag: 'config.file' },
  probe: { path: '/probe', parameters: ['auth_module'] },
})

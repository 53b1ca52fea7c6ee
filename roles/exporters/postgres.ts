import { debianRelease, promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const postgresExporter = exporter({
  key: 'postgres',
  of: 'PostgreSQL',
  manual: 'https://github.com/prometheus-community/postgres_exporter',
  release: {
    version: '0.20.1',
    upstream: promuRelease('prometheus-community/postgres_exporter'),
    debian: debianRelease('prometheus-postgres-exporter', 'postgres_exporter'),
  },
  port: 9187,
  rules: { file: 'exporters/rules/postgres.yml' },
  config: { file: 'postgres_exporter.yml', flag: 'config.file' },
  probe: { path: '/probe', parameters: ['auth_module'] },
})

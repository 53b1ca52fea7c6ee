import { debianRelease, promuRelease } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const mysqldExporter = exporter({
  key: 'mysqld',
  of: 'MySQL and MariaDB',
  manual: 'https://github.com/prometheus/mysqld_exporter',
  release: {
    version: '0.20.0',
    upstream: promuRelease('prometheus/mysqld_exporter'),
    debian: debianRelease('prometheus-mysqld-exporter', 'mysqld_exporter'),
  },
  port: 9104,
  credentials: inEnvironment('MYSQLD_EXPORTER_PASSWORD'),
  probe: { path: '/probe', parameters: ['auth_module'] },
})

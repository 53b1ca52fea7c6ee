import { promuRelease } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const sqlExporter = exporter({
  key: 'sql',
  of: 'what SQL queries yield',
  manual: 'https://github.com/burningalchemist/sql_exporter',
  release: {
    version: '0.24.6',
    // Debian's package of that name holds another program.
    upstream: {
      ...promuRelease('burningalchemist/sql_exporter'),
      folder: 'burningalchemist/sql_exporter/releases/download/$V',
    },
  },
  port: 9399,
  switches: 'go',
  pathFlag: 'web.metrics-path',
  own: { 'web.enable-reload': 'promha reloads by signal, which needs no flag' },
  secretFlags: { 'config.data-source-name': inEnvironment('SQLEXPORTER_TARGET_DSN') },
  config: {
    file: 'sql_exporter.yml',
    flag: 'config.file',
    required: true,
    check: ['-config.check', '-config.file'],
    reload: true,
  },
  readyPath: '/healthz',
})

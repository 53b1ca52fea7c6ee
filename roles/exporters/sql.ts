import { promuRelease } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const sqlExporter = exporter({
  key: 'sql',
  of: 'what SQL queries yield',
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
    // It loads collector files by path and asks the secret managers that a data source names.
    check: ['-config.check', '-config.file'],
    reload: true,
  },
  readyPath: '/healthz',
})

import { promuRelease } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const mongodbExporter = exporter({
  key: 'mongodb',
  of: 'MongoDB',
  release: {
    version: '0.53.0',
    // Debian's package of that name holds another program.
    upstream: {
      ...promuRelease('percona/mongodb_exporter'),
      checksums: 'mongodb_exporter_$V_checksums.txt',
      architectures: { armv7: 'arm' },
    },
  },
  port: 9216,
  // It takes `--no-NAME` for a few of its switches only.
  switches: 'go',
  rules: { file: 'exporters/rules/mongodb.yml', flags: { 'collector.diagnosticdata': true } },
  secretFlags: { 'mongodb.password': inEnvironment('MONGODB_PASSWORD') },
  credentials: inEnvironment('MONGODB_URI'),
  // It answers for servers that MONGODB_URI lists, and for no others.
  probe: { path: '/scrape', parameters: [] },
})

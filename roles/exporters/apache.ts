import { debianRelease, promuRelease } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const apacheExporter = exporter({
  key: 'apache',
  of: 'the Apache web server',
  manual: 'https://github.com/Lusitaniae/apache_exporter',
  release: {
    version: '1.1.1',
    upstream: promuRelease('Lusitaniae/apache_exporter'),
    debian: debianRelease('prometheus-apache-exporter', 'apache_exporter'),
  },
  port: 9117,
  pathFlag: 'telemetry.endpoint',
  credentials: inEnvironment('SCRAPE_URI'),
})

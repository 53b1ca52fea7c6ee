import { debianRelease, promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const bindExporter = exporter({
  key: 'bind',
  of: 'the name server BIND',
  manual: 'https://github.com/prometheus-community/bind_exporter',
  release: {
    version: '0.8.0',
    upstream: promuRelease('prometheus-community/bind_exporter'),
    debian: debianRelease('prometheus-bind-exporter', 'bind_exporter'),
  },
  port: 9119,
  // BIND listens on 127.0.0.1 as its manual's example has it, and "localhost" may mean ::1.
  flags: [['bind.stats-url', 'http://127.0.0.1:8053/']],
})

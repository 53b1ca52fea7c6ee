import { debianRelease, promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const haproxyExporter = exporter({
  key: 'haproxy',
  alias: false,
  of: 'HAProxy',
  manual: 'https://github.com/prometheus/haproxy_exporter',
  release: {
    version: '0.15.0',
    upstream: promuRelease('prometheus/haproxy_exporter'),
    debian: debianRelease('prometheus-haproxy-exporter', 'haproxy_exporter'),
  },
  port: 9101,
})

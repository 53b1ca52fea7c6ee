import { promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const memcachedExporter = exporter({
  key: 'memcached',
  of: 'memcached',
  manual: 'https://github.com/prometheus/memcached_exporter',
  release: { version: '0.16.0', upstream: promuRelease('prometheus/memcached_exporter') },
  port: 9150,
  probe: { path: '/scrape', parameters: [] },
})

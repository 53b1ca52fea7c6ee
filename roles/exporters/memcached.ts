import { promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const memcachedExporter = exporter({
  key: 'memcached',
  of: 'memcached',
  release: { version: '0.16.0', upstream: promuRelease('prometheus/memcached_exporter') },
  port: 9150,
  severalAddressesFrom: '0.11.0',
  rules: { file: 'exporters/rules/memcached.yml' },
  probe: { path: '/scrape', parameters: [] },
})

import { debianRelease, flatRelease, program } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const nginxExporter = exporter({
  key: 'nginx',
  of: 'nginx',
  release: {
    version: '1.5.3',
    upstream: flatRelease('nginx/nginx-prometheus-exporter', {
      members: [program('nginx-prometheus-exporter', 'nginx_exporter')],
    }),
    debian: debianRelease('nginx_exporter'),
  },
  port: 9113,
  severalAddressesFrom: '1.0.0',
  rules: { file: 'exporters/rules/nginx.yml' },
  credentials: inEnvironment('SCRAPE_URI'),
})

import { debianRelease, flatRelease, program } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const nginxExporter = exporter({
  key: 'nginx',
  of: 'nginx',
  manual: 'https://github.com/nginx/nginx-prometheus-exporter',
  release: {
    version: '1.5.3',
    upstream: {
      ...flatRelease('nginx/nginx-prometheus-exporter', 'nginx-prometheus-exporter'),
      members: [program('nginx-prometheus-exporter', 'nginx_exporter')],
    },
    debian: debianRelease('prometheus-nginx-exporter', 'nginx_exporter'),
  },
  port: 9113,
  credentials: inEnvironment('SCRAPE_URI'),
})

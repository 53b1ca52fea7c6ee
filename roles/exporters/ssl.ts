import { flatRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const sslExporter = exporter({
  key: 'ssl',
  of: 'certificates',
  release: {
    version: '2.4.3',
    upstream: flatRelease('ribbybibby/ssl_exporter', { architectures: { armv7: 'armv6' } }),
  },
  port: 9219,
  rules: { file: 'exporters/rules/ssl.yml' },
  pathFlag: 'web.metrics-path',
  config: { file: 'ssl_exporter.yml', flag: 'config.file' },
  probe: { path: '/probe', parameters: ['module'] },
})

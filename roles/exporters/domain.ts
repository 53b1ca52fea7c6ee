import { flatRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const domainExporter = exporter({
  key: 'domain',
  of: 'the end of domains',
  release: {
    version: '1.25.0',
    upstream: flatRelease('caarlos0/domain_exporter', { architectures: { armv7: null } }),
  },
  port: 9222,
  rules: { file: 'exporters/rules/domain.yml' },
  listenFlag: 'bind',
  config: { file: 'domains.yml', flag: 'config' },
  probe: { path: '/probe', parameters: ['host'] },
})

import { promuRelease } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const consulExporter = exporter({
  key: 'consul',
  of: 'Consul',
  manual: 'https://github.com/prometheus/consul_exporter',
  release: { version: '0.13.0', upstream: promuRelease('prometheus/consul_exporter') },
  port: 9107,
  credentials: inEnvironment('CONSUL_HTTP_AUTH'),
  readyPath: '/-/healthy',
})

import { promuRelease } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const consulExporter = exporter({
  key: 'consul',
  of: 'Consul',
  release: { version: '0.13.0', upstream: promuRelease('prometheus/consul_exporter') },
  port: 9107,
  severalAddressesFrom: '0.9.0',
  rules: { file: 'exporters/rules/consul.yml' },
  credentials: inEnvironment('CONSUL_HTTP_AUTH'),
  readyPath: '/-/healthy',
})

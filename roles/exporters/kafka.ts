import { promuRelease } from '../release.ts'
import { exporter, inEnvironment, plainOnly } from './definition.ts'

export const kafkaExporter = exporter({
  key: 'kafka',
  of: 'Kafka',
  release: {
    version: '1.9.0',
    // Upstream publishes no hashes.
    upstream: { ...promuRelease('danielqsj/kafka_exporter'), checksums: '' },
  },
  port: 9308,
  rules: { file: 'exporters/rules/kafka.yml' },
  own: { 'server.tls.*': plainOnly },
  secretFlags: { 'sasl.password': inEnvironment('SASL_USER_PASSWORD') },
  readyPath: '/healthz',
})

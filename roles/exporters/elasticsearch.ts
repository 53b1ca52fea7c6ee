import { promuAndDebian } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const elasticsearchExporter = exporter({
  key: 'elasticsearch',
  of: 'Elasticsearch and OpenSearch',
  release: promuAndDebian('prometheus-community/elasticsearch_exporter', '1.11.0'),
  port: 9114,
  severalAddressesFrom: '1.6.0',
  rules: { file: 'exporters/rules/elasticsearch.yml' },
  credentials: inEnvironment('ES_USERNAME', 'ES_PASSWORD'),
  config: { file: 'elasticsearch_exporter.yml', flag: 'config.file' },
  probe: { path: '/probe', parameters: ['auth_module'] },
  readyPath: '/healthz',
})

import { debianRelease, promuRelease } from '../release.ts'
import { exporter, inEnvironment } from './definition.ts'

export const elasticsearchExporter = exporter({
  key: 'elasticsearch',
  of: 'Elasticsearch and OpenSearch',
  manual: 'https://github.com/prometheus-community/elasticsearch_exporter',
  release: {
    version: '1.11.0',
    upstream: promuRelease('prometheus-community/elasticsearch_exporter'),
    debian: debianRelease('prometheus-elasticsearch-exporter', 'elasticsearch_exporter'),
  },
  port: 9114,
  credentials: inEnvironment('ES_USERNAME', 'ES_PASSWORD'),
  config: { file: 'elasticsearch_exporter.yml', flag: 'config.file' },
  probe: { path: '/probe', parameters: ['auth_module'] },
  readyPath: '/healthz',
})

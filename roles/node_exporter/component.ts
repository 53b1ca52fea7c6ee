import type { ComponentDefinition } from '../component.ts'
import { exporter } from '../exporters/definition.ts'
import { githubRelease, program } from '../release.ts'

export const nodeExporter: ComponentDefinition = exporter({
  key: 'node',
  of: 'machine metrics',
  manual: 'https://github.com/prometheus/node_exporter',
  release: {
    version: '1.12.1',
    upstream: githubRelease('node_exporter', ['node_exporter']),
    debian: {
      packages: [{ name: 'prometheus-node-exporter' }],
      members: [program('usr/bin/prometheus-node-exporter', 'node_exporter')],
    },
  },
  port: 9100,
  own: { 'collector.textfile.directory': 'promha keeps it in /var/lib/node_exporter' },
})

import { promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const influxdbExporter = exporter({
  key: 'influxdb',
  of: 'metrics that are pushed in the form of InfluxDB',
  release: { version: '0.12.1', upstream: promuRelease('prometheus/influxdb_exporter') },
  port: 9122,
  // Without this flag, it takes what anyone sends, on all addresses.
  receives: [{ flag: 'udp.bind-address', port: 9122, protocol: 'udp' }],
  readyPath: '/health',
})

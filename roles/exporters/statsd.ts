import { promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const statsdExporter = exporter({
  key: 'statsd',
  of: 'metrics that are pushed in the form of StatsD',
  release: { version: '0.30.0', upstream: promuRelease('prometheus/statsd_exporter') },
  port: 9102,
  receives: [
    { flag: 'statsd.listen-udp', port: 9125, protocol: 'udp' },
    { flag: 'statsd.listen-tcp', port: 9125, protocol: 'tcp' },
  ],
  own: { 'web.enable-lifecycle': 'promha reloads by signal, which needs no flag' },
  config: {
    file: 'mapping.yml',
    flag: 'statsd.mapping-config',
    check: ['--check-config', '--statsd.mapping-config'],
    checkedHere: true,
    reload: true,
  },
  readyPath: '/-/healthy',
})

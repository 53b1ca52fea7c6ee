import { debianRelease, promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const snmpExporter = exporter({
  key: 'snmp',
  of: 'devices that speak SNMP',
  manual: 'https://github.com/prometheus/snmp_exporter',
  release: {
    version: '0.30.1',
    upstream: promuRelease('prometheus/snmp_exporter'),
    debian: debianRelease('prometheus-snmp-exporter', 'snmp_exporter'),
  },
  port: 9116,
  rules: { file: 'exporters/rules/snmp.yml' },
  config: {
    file: 'snmp.yml',
    flag: 'config.file',
    required: true,
    check: ['--dry-run', '--config.file'],
    reload: true,
  },
  probe: { path: '/snmp', parameters: ['module', 'auth'] },
  flagsCheck: { config: 'auths: { a: { version: 2 } }\nmodules: { m: { walk: [1.3] } }\n' },
})

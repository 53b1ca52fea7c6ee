import { promuAndDebian } from '../release.ts'
import { exporter } from './definition.ts'

export const snmpExporter = exporter({
  key: 'snmp',
  of: 'devices that speak SNMP',
  release: promuAndDebian('prometheus/snmp_exporter', '0.30.1'),
  port: 9116,
  severalAddressesFrom: '0.21.0',
  rules: { file: 'exporters/rules/snmp.yml' },
  config: {
    file: 'snmp.yml',
    flag: 'config.file',
    required: true,
    check: ['--dry-run', '--config.file'],
    checkedHere: true,
    reload: true,
  },
  probe: { path: '/snmp', parameters: ['module', 'auth'], lists: true },
  flagsCheck: { config: 'auths: { a: { version: 2 } }\nmodules: { m: { walk: [1.3] } }\n' },
})

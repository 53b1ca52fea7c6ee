import { exporterProblem } from '../../../../src/inventory/exporter/messages.ts'
import { samples } from '../../samples.ts'

export const exporterSamples = samples(exporterProblem, {
  probeParameterMissing: [['a probe of blackbox', 'module', ' with one of if_mib']],
  unknownProbeKey: [
    [
      {
        of: 'a probe of exporters.snmp',
        key: 'auth_module',
        parameters: ['module', 'auth'],
        common: ['targets', 'labels', 'interval', 'timeout'],
      },
    ],
  ],
  noTargets: [['a probe of blackbox']],
  emptyTargets: [['a probe of blackbox']],
  badProbeTime: [
    ['interval', 'a probe of blackbox', 'expected a duration like 15s, 1h30m or 10d, saw "1min"'],
  ],
  probeTimeoutTooLong: [['a probe of blackbox', '10s', 'its interval 1s']],
  sameUnit: [['pg', 'pg_exporter', 'pg_exporter']],
  wordOfOwnProgram: [
    ['node', 'port'],
    ['node', 'sha256'],
  ],
  keyOfCell: [['blackbox', 'blackbox']],
  unknown: [
    ['postgers', ['postgres', 'redis']],
    ['mine', ['postgres', 'redis']],
  ],
  unknownUse: [
    ['db2', 'postgers', ['postgres', 'redis']],
    ['db2', 'oracle', ['postgres', 'redis']],
  ],
  nameOfOther: [['redis', 'postgres']],
  badName: [['Mine', 'may have small letters, digits and "_" only']],
  noProbesTaken: [['exporters.node', 'node', 'Remove "probes".']],
  probesOnSeveralHosts: [['exporters.snmp', ['mon-a', 'mon-b'], 'snmp']],
  noConfig: [['exporters.sql', 'sql', 'sql_exporter.yml']],
  configOfSeveralLines: [['exporters.snmp']],
  noConfigRead: [['exporters.node', 'node']],
  useAndProgram: [['mine']],
  inCatalogue: [['redis']],
  undefinedParameter: [
    [{ of: 'a probe of blackbox', key: 'module', missing: 'if_mob', plural: 'modules', known: ['if_mib'] }],
    [{ of: 'a probe of blackbox', key: 'module', missing: 'icmp', plural: 'modules', known: ['http_2xx'] }],
  ],
  targetOfSeveralLines: [['a probe of blackbox']],
  emptyTarget: [['a probe of blackbox']],
  targetTwice: [['a probe of blackbox', 'https://shop.example']],
})

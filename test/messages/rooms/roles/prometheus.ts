import { prometheusProblem } from '../../../../roles/prometheus/messages.ts'
import { samples } from '../../samples.ts'

export const prometheusSamples = samples(prometheusProblem, {
  agentMode: [
    [true, 'enable-feature'],
    [false, 'agent'],
  ],
  federationWithout: [['eu', 'from', 'Name the cells that it collects from.']],
  badSelector: [['eu', 'is empty']],
  fileOutside: [['../ca.pem']],
  badFileName: [['rules\\app.yml', 'holds a backslash', 'Write "/" between directories.']],
  sameFileName: [['/srv/promha/conf/rules/promha.yml', 'a file of promha', 'rules/promha.yml']],
  noTargetsFile: [
    ['"sd/*.yml"', undefined, 'sd/*.yml'],
    ['"sd/app.yml"', 'does not exist', 'sd/app.yml'],
  ],
  noFile: [
    ['"conf/ca.pem"', 'is a directory', 'ca.pem'],
    ['"conf/ca.pem"', undefined, 'ca.pem'],
  ],
  jobsNotAList: [['a map']],
  scrapeConfigsNotAList: [['a map']],
  jobNotAMap: [['a text']],
  unknownJobFileKey: [['scrape_config'], ['global']],
  jobFileNotAMap: [['a list']],
  badLogFile: [
    [
      'query_log_file',
      '/var/log/prometheus/',
      'Write "/var/log/prometheus/prometheus", and make that directory on each replica: `install -d -o prometheus -g prometheus /var/log/prometheus`.',
    ],
  ],
  logFileNotWritable: [
    [
      {
        key: 'query_log_file',
        absolute: '/etc/prometheus/query.log',
        path: 'query.log',
        configDirectory: '/etc/prometheus',
        remedy:
          'Write "/var/log/prometheus/query.log", and make that directory on each replica: `install -d -o prometheus -g prometheus /var/log/prometheus`.',
      },
    ],
    [
      {
        key: 'scrape_failure_log_file',
        absolute: '/etc/prometheus/y.log',
        path: '/etc/prometheus/y.log',
        configDirectory: '/etc/prometheus',
        remedy:
          'Write "/var/log/prometheus/y.log", and make that directory on each replica: `install -d -o prometheus -g prometheus /var/log/prometheus`.',
      },
    ],
  ],
  logFileLost: [
    [
      'query_log_file',
      '/tmp/query.log',
      'Write "/var/log/prometheus/query.log", and make that directory on each replica: `install -d -o prometheus -g prometheus /var/log/prometheus`.',
    ],
  ],
  noReplicas: [['eu']],
  oneReplica: [['eu']],
  badReplicaName: [
    ['a b', 'may hold letters, digits, "-", "." and "_" only, and begins and ends with a letter or digit'],
  ],
  testNotUtf8: [['tests/app.yml']],
  ruleFilesNotAList: [['a text']],
  ruleFileNotAPath: [['a map']],
  ruleFileAbsolute: [['/etc/shadow']],
  ruleFileTagged: [['!!binary']],
  badTargetsName: [
    ['app 1', 'may hold letters, digits, "-", "." and "_" only, and begins and ends with a letter or digit'],
  ],
  targetsNameGenerated: [['blackbox-2']],
  groupWithoutTargets: [['shop']],
  badTarget: [['shop', 'https://shop.example:8080']],
  jobNameTaken: [['shop', 'is defined twice: first on line 11']],
  jobLeftOut: [['node']],
  jobGenerated: [
    ['blackbox', 'promha does not scrape http://example.org itself.'],
    ['node', 'promha does not scrape mon-a itself.'],
  ],
  fileKeyUnused: [['global']],
  fileOtherKeyUnused: [['x-common']],
  unknownAlertingKey: [
    ['alertmanager', ['alertmanagers', 'alert_relabel_configs']],
    ['x', ['alertmanagers', 'alert_relabel_configs']],
  ],
  fileAlertmanagersUnused: [['eu', ['am-1:9093', 'am-2:9093', 'what dns_sd_configs finds']]],
  badFileKey: [['rule_files', 'a list of texts', 'a text']],
  badFileItem: [['remote_read', 'a list of maps', 'a number']],
  fileKeyTwice: [['global', '/srv/promha/a.yml']],
  fileLabelUnused: [['cell']],
  alertsSentNowhere: [['eu']],
  badReplicaLabel: [['cell', 'is set by promha', 'Choose another name.']],
  badDataDir: [['data', 'is not an absolute path']],
  badRetention: [['time', 'expected a duration like 15s, 1h30m or 10d, saw "1 month"']],
  badGlobal: [['scrape_interval', 'expected a duration like 15s, 1h30m or 10d, saw "1min"']],
  downgradeUnreadable: [['3.5.0', '2.53.3']],
  upgradeInTwoSteps: [['2.53.3', '3.5.0']],
  portNotShared: [[{ version: '2.54.1', port: 9090, host: 'mon-a', cell: 'lab', from: '2.55.0' }]],
  noJobName: [[]],
  badJobName: [['an empty one'], ['a number']],
})

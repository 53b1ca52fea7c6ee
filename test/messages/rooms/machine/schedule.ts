import { scheduleProblem } from '../../../../src/schedule/messages.ts'
import { samples } from '../../samples.ts'

export const scheduleSamples = samples(scheduleProblem, {
  badEnvironmentFile: [['promha.env', 'can be read by others', 'Run `chmod 600 promha.env`.']],
  badEnvironmentLine: [[3, 'has no "="']],
  metricsUnwritable: [['/var/lib/metrics/promha.prom', 'permission denied']],
  badInterval: [['10d']],
  noSystemd: [[]],
  noUserManager: [['deploy', 'Failed to connect to bus']],
  systemctlFailed: [
    [['enable', 'promha.timer'], 1, 'Access denied'],
    [['enable', 'promha.timer'], undefined, 'Access denied'],
  ],
  fileNotOurs: [
    [
      '/srv/promha/inventory.yml',
      'can be written by its group',
      'Run `chmod g-w /srv/promha/inventory.yml`.',
    ],
  ],
  rehearsalFailed: [['ended with 2', ['Error: mon-a is unreachable']]],
  unitUnreadable: [['/etc/systemd/system/promha.timer', 'permission denied']],
  foreignUnit: [['/etc/systemd/system/promha.timer']],
  pathNotInUnit: [['/srv/a\nb']],
  lingeringOff: [['deploy']],
  unitUnwritable: [['/etc/systemd/system/promha.timer', 'permission denied']],
})

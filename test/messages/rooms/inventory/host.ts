import { hostProblem } from '../../../../src/inventory/host/messages.ts'
import { samples } from '../../samples.ts'

export const hostSamples = samples(hostProblem, {
  badSshSetting: [
    [{ key: 'host_key', expected: 'strict or accept-new or off', seen: 'the text "yes"', remedy: undefined }],
    [
      {
        key: 'timeout',
        expected: 'a number of seconds',
        seen: 'the text "5s"',
        remedy: 'Write the number alone.',
      },
    ],
  ],
  sameForWithoutAsk: [[]],
  emptySshPath: [['identity']],
  badSshConfig: [['the text "off"']],
  unusableSshFile: [['identity', 'keys/deploy', 'does not exist']],
  groupLoop: [['"web" contains "db" contains "web"']],
  emptyGroup: [['web']],
  badGroupName: [
    [
      'web servers',
      'may hold letters, digits, "-", "." and "_" only, and begins and ends with a letter or digit',
    ],
  ],
  reservedGroupName: [[]],
  groupNamedAsHost: [['web']],
  unknownHostOrGroup: [
    ['group "web"', 'mon-z', ['mon-a', 'mon-b', 'web']],
    ['group "web"', 'other', ['mon-a', 'mon-b', 'web']],
  ],
  noMatch: [['x*', 'group "web"', 'Did you mean "m*"?']],
  notOfCell: [['replicas of cell "eu"', 'mon-c']],
  badPattern: [
    ['a[3:1]', 'group "web"', '[3:1] runs backwards'],
    ['!', 'group "web"', undefined],
  ],
  noHosts: [[]],
  badRange: [['app-[3:1]', '[3:1] runs backwards']],
  definedTwice: [[{ name: 'app-02', first: 'app-[01:03]', second: 'app-02', line: 4, here: 7 }]],
  badName: [
    ['app 1', 'may hold letters, digits, "-", "." and "_" only, and begins and ends with a letter or digit'],
  ],
  reservedName: [[]],
  noAddress: [['mon-a']],
  badFieldRange: [['address', 'app-[1:3]', '[3:1] runs backwards']],
  unequalRanges: [[{ field: 'address', key: 'app-01', other: 6, own: 'the name is that of one host' }]],
  badAddress: [['"198.18.0."', 'mon-a', 'is neither a host name nor an IP address']],
  sameAddress: [
    ['mon-b', ' on line 3', 'mon-a'],
    ['mon-b', '', 'mon-a'],
  ],
  badLimit: [
    [
      {
        fault: 'zzz',
        what: 'is not a host, group or cell of the inventory',
        detail: undefined,
        nearest: undefined,
      },
    ],
    [{ fault: 'a[3:1]', what: 'is not a valid pattern', detail: '[3:1] runs backwards', nearest: undefined }],
    [
      {
        fault: 'mon-x',
        what: 'is not a host, group or cell of the inventory',
        detail: undefined,
        nearest: 'mon-a',
      },
    ],
  ],
  limitLeavesNoHost: [['x*']],
  noComponentLeft: [[['prometheus', 'alertmanager']]],
  unknownComponent: [
    [{ flag: '--only', name: 'prometeus', near: 'prometheus', all: ['prometheus', 'alertmanager'] }],
    [{ flag: '--only', name: 'grafana', near: undefined, all: ['prometheus', 'alertmanager'] }],
  ],
  unknownLoss: [
    [['data_path', 'retention', 'web_config'], 'retentoin'],
    [['data_path', 'retention', 'web_config'], 'all'],
  ],
})

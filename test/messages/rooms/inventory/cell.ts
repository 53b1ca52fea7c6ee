import { cellProblem } from '../../../../src/inventory/cell/messages.ts'
import { samples } from '../../samples.ts'

export const cellSamples = samples(cellProblem, {
  flagSetByPromha: [['bind', 'exporters.domain', 'use "listen"']],
  flagEndsProgram: [['dry-run', 'exporters.snmp']],
  flagWithDash: [['--web.listen-address', 'prometheus', 'web.listen-address']],
  badFlagName: [['web listen', 'pushgateway']],
  flagOfSeveralLines: [['web.page-title', 'prometheus']],
  badFlagPath: [[{ name: 'web.route-prefix', of: 'blackbox', by: 'HAProxy', path: '/a;b' }]],
  hostOfOtherCell: [['passive of pushgateway', '"mon-c"', 'eu']],
  unknownHost: [
    [{ label: 'replica "a"', shown: '"app-01"', host: 'app-01', hosts: [], taken: ['app-02'] }],
    [{ label: 'replica "b"', shown: '"mon-x"', host: 'mon-x', hosts: ['mon-a', 'mon-b'], taken: ['mon-a'] }],
  ],
  sharedHost: [
    ['the active Pushgateway and the passive Pushgateway of cell "eu"', 'are both on host "mon-a"', true],
    [
      'the active Pushgateway and the passive Pushgateway of cell "eu"',
      'are on hosts with the same address, "mon-a" and "mon-b"',
      false,
    ],
  ],
  selfNeedsIp: [
    [{ key: 'listen', of: 'exporters.node', first: 'app', address: 'app.example.net', hosts: ['app'] }],
    [{ key: 'listen', of: 'exporters.node', first: 'app', address: 'app.example.net', hosts: ['app', 'db'] }],
  ],
  listensClash: [['listen', 'exporters.node', '198.18.0.12:9100 is there twice on host "mon-b"']],
  badVariableName: [['1DSN', 'exporters.postgres']],
  badVariable: [['DSN', 'exporters.postgres', 'holds a control character']],
  badMemoryLimit: [
    ['prometheus', '2 gib', 'Write 2G.'],
    ['prometheus', '1', 'A number alone is in bytes. Did you mean 1G?'],
    ['exporters.node', '512', 'A number alone is in bytes. Did you mean 512M?'],
  ],
  badFileLimit: [['exporters.node', 1073741816, 1073741817]],
  highFileLimit: [['exporters.node', 1048577, 1048576]],
  perHostWithoutProgram: [
    [{ name: 'per_host of alertmanager', pattern: 'app', of: 'alertmanager', hosts: ['mon-a', 'mon-b'] }],
  ],
  differentPaths: [[{ of: 'prometheus', other: 'mon-b', first: 'mon-a', name: 'web.external-url' }]],
  noMembers: [['blackbox of cell "eu"']],
  oneMember: [['eu', 'Alertmanager']],
  memberTwice: [['blackbox of cell "eu"', '"mon-a"', 'blackbox exporter']],
  badVip: [
    [
      'blackbox of cell "eu"',
      'the text "198.18.0.102"',
      "Write for example 192.0.2.100/24: an address that no host has, and the length of its subnet's prefix.",
    ],
  ],
  badVipAddress: [
    [
      {
        of: 'pushgateway of cell "eu"',
        address: '198.18.0.0',
        fault: 'is the address of the subnet itself',
        form: "Write for example 192.0.2.100/24: an address that no host has, and the length of its subnet's prefix.",
      },
    ],
  ],
  vipNeedsIp: [['loadbalancer of cell "eu"', 'named', 'named.example.net']],
  vipOutsideSubnet: [
    [{ of: 'blackbox of cell "eu"', shown: '198.18.1.102/24', name: 'mon-a', address: '198.18.0.11' }],
  ],
  badInterface: [['the text "eth 0"']],
  badVrid: [['the number 256']],
  badPort: [['loadbalancer of cell "eu"', 'the number 0']],
  noCells: [[]],
  hostUnused: [['app-01']],
  badName: [
    [
      'eu west',
      'may hold letters, digits, "-", "." and "_" only, and begins and ends with a letter or digit',
    ],
  ],
  reservedName: [[]],
  hostsMissing: [['eu']],
  noHosts: [['eu']],
  noComponents: [['eu']],
  severalAddresses: [
    [
      {
        of: 'listen of exporters.domain',
        count: 2,
        oneAddress: 'The domain exporter takes the flag "bind" once.',
        wildcard: '0.0.0.0:19000',
      },
    ],
  ],
  probesWithoutPrometheus: [['eu']],
})

import { topologyProblem } from '../../../src/topology/messages.ts'
import { samples } from '../samples.ts'

export const topologySamples = samples(topologyProblem, {
  labelDropped: [[{ cell: 'top', label: 'replica', value: 'a', of: 'ap', source: 'us' }]],
  seriesStoredTwice: [['top', 'ap', ['"ap" through "us"', '"ap"']]],
  sinkGetsTwice: [['eu', 'ap', 'http://sink.example.net/write']],
  unknownCell: [
    ['federation of cell "eu"', 'uss', ['us']],
    ['federation of cell "eu"', 'asia', ['us']],
  ],
  cellTwice: [['federation of cell "eu"', 'us']],
  federatesItself: [['federation of cell "eu"']],
  noReplicasToCollect: [['federation of cell "eu"', 'us']],
  federationLoop: [['"eu" collects from "us" collects from "eu"']],
  sameJobName: [['eu', 'blackbox']],
  nothingToClose: [['eu']],
  firewallNeedsIp: [['eu', 'named', 'named.example.net']],
  grafanaNeedsIp: [[{ cell: 'eu', host: 'mon-b', address: 'mon-b.example.net' }]],
  componentOfTwoCells: [[{ host: 'mon-a', component: 'firewall', first: 'eu', second: 'us' }]],
  samePort: [[{ first: 'Prometheus "a"', second: 'node_exporter', port: 9090, host: 'mon-a' }]],
  portNotPermitted: [['node_exporter', 'lab', 80]],
  proxyNeedsIp: [
    [
      {
        label: 'HAProxy for readers of victoriametrics',
        cell: 'eu',
        host: 'named',
        address: 'named.example.net',
      },
    ],
  ],
  vipTaken: [['loadbalancer of cell "eu"', 'fd00::12', 'that of host "mon-b"']],
  vridTaken: [[{ whose: 'loadbalancer of cell "us"', vrid: 51, peer: 'loadbalancer', cell: 'eu' }]],
  fileNotShipped: [
    ['/etc/alertmanager/templates/app.tmpl', 'alertmanager', 'templates/app.tmpl'],
    ['ca.pem', 'alertmanager', 'ca.pem'],
  ],
  labelVariableUnset: [['region', '${REGION}']],
  loopbackTarget: [['localhost:9100', 'node']],
  unknownScheme: [
    [undefined, 'ftp', ['http', 'https']],
    ['shop', 'htps', ['http', 'https']],
    ['shop', 'ftp', ['http', 'https']],
  ],
  badUrl: [[undefined], ['ftp']],
  doubleEquals: [['=critical', 'severity']],
  watchdogLost: [['alert_relabel_configs drop the Watchdog', 'eu']],
  receiverUnused: [['team']],
  badStandardRules: [['none', ['node', 'redis']]],
  rulesWithoutExporter: [['redis', 'Add "redis" under "exporters:", or take it out of "standard_rules".']],
  portClosedToAll: [['eu', 9100, 'node_exporter']],
  notReachable: [
    [
      {
        component: 'prometheus',
        cell: 'eu',
        what: 'is reached from its own host only',
        listen: '127.0.0.1:9090',
        port: 9090,
      },
    ],
  ],
  noStandardRules: [
    ['some cells load', ['node']],
    ['cell "eu" loads', ['mysqld', 'redis']],
  ],
  unknownStandardRules: [
    ['postgers', ['node', 'postgres']],
    ['xyz', ['node', 'postgres']],
  ],
  watchdogToDefault: [[{ cell: 'eu', receiver: 'team', every: '4h', label: 'watchdog' }]],
})

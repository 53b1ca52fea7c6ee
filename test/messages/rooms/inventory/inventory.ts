import { inventoryProblem } from '../../../../src/inventory/messages.ts'
import { samples } from '../../samples.ts'

export const inventorySamples = samples(inventoryProblem, {
  noListenAddress: [['listen', '0.0.0.0:9090']],
  badEndpoint: [['listen', 'the text "a:9189"', '0.0.0.0:9187']],
  fileNotUtf8: [['rules/app.yml']],
  badFileName: [['/srv/promha/rules/promha-node.yml', 'promha-node.yml', "is that of promha's own rules"]],
  unusableFile: [['rules/*.yml', 'matches no file', 'Paths are relative to the inventory.']],
  badShippedName: [
    ['tls/b.pem', 'is in a directory, and "tls" is a file', undefined],
    ['rules/mine.yml', 'is used by promha itself (rules)', 'Give the file another name.'],
  ],
  noFormat: [['Write "promha: 1" on the first line.']],
  unknownFormat: [['the number 2']],
  commandNotPlain: [['pass show sudo', '$HOME']],
  notAMap: [['a list']],
  keyBesideCell: [[['prometheus', 'alertmanager'], 'eu']],
  badValue: [
    [{ what: '"listen"', name: 'groups', expected: ['a list'], seen: 'a map', remedyFor: {} }],
    [{ what: '"config"', name: 'ssh', expected: ['a text', 'false'], seen: 'a list', remedyFor: {} }],
    [
      {
        what: '"toString"',
        name: 'cells',
        expected: ['a map'],
        seen: 'a list',
        remedyFor: { remedy: 'Write it as a map: { NAME: VALUE }.' },
      },
    ],
  ],
  unsupportedKey: [['grafana', 'cells.eu']],
  misplacedKey: [['hosts', 'cells.eu.pushgateway', 'Name its hosts under "active" and "passive".']],
  unknownKey: [
    [{ key: 'enable', name: 'cells.eu.firewall', known: ['enabled'], below: undefined }],
    [{ key: 'x', name: 'ssh', known: ['user', 'port'], below: undefined }],
    [
      {
        key: 'retention',
        name: 'cells.eu',
        known: ['hosts', 'prometheus'],
        below: 'Write it below "prometheus".',
      },
    ],
  ],
  unreadable: [['inventory.yml', 'does not exist']],
  notUtf8: [['inventory.yml']],
  hiddenError: [['"/srv/shared/prometheus.yml"']],
  hiddenWarning: [['"/srv/shared/prometheus.yml"']],
})

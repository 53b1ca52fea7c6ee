import { componentProblem } from '../../../../roles/messages.ts'
import { samples } from '../../samples.ts'

export const componentSamples = samples(componentProblem, {
  needsPrometheus: [['eu', 'loadbalancer']],
  noAlertmanagerConfig: [[]],
  moduleNotAMap: [['http_2xx', 'a text']],
  unknownProber: [
    ['web', 'htp', ['http', 'tcp', 'dns']],
    ['web', 'smtp', ['http', 'tcp', 'dns']],
  ],
  noVip: [['loadbalancer of cell "eu"']],
  noPushgatewayHost: [['eu', 'passive']],
  oneAddressOnly: [
    ['node_exporter', '1.4.1', '1.5.0'],
    ['mine', '1.0.0', undefined],
  ],
  noFailover: [['blackbox of cell "eu"', 'the prober that is up', 9215]],
  twoFailovers: [['pushgateway of cell "eu"']],
  needsVip: [['interface', 'pushgateway of cell "eu"']],
  emptyFailover: [['blackbox of cell "eu"', 9215]],
  templateFailed: [['prometheus/prometheus.service', 'prometheus.service.ejs:7: dataDir is not defined']],
  addressNotReached: [
    [
      {
        of: 'pushgateway of cell "eu"',
        listen: '127.0.0.1:9092',
        address: '198.18.0.100',
        wildcard: '0.0.0.0:9092',
      },
    ],
  ],
})

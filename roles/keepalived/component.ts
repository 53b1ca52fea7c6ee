import { type ComponentDefinition, unitHealth } from '../component.ts'

export const keepalived: ComponentDefinition = {
  name: 'keepalived',
  noun: 'keepalived',
  members: cell => cell.movingAddresses.flatMap(({ members }) => members),
  readyCheck: 'vip.one_holder',
  health: unitHealth,
  order: {
    oneByOne: true,
    follows: [
      {
        what: ['haproxy', 'prometheus', 'pushgateway', 'blackbox_exporter'],
        because: 'the addresses of keepalived lead to these programs',
      },
    ],
  },
}

import { grafanaProblem } from '../../../../roles/grafana/messages.ts'
import { samples } from '../../samples.ts'

export const grafanaSamples = samples(grafanaProblem, {
  nothingToShow: [['eu']],
  noAddress: [['eu']],
  portWithoutAddress: [['eu']],
  samePort: [['eu', 3000]],
  notAnIni: [
    ['', '[SECTION], KEY = VALUE, or a comment'],
    [' in line 3 of it', 'the three quotes at the end of the value'],
  ],
  notText: [['grafana.ini']],
  cutSecret: [['secret_key', ' in line 2 of it']],
  setByPromha: [[{ section: 'server', key: 'http_port', at: ' in line 2 of it', instead: 'use "listen"' }]],
  byEnvironment: [['GF_SECURITY_ADMIN_PASSWORD']],
  noSecretKey: [['loki.yml', 'Loki']],
  notADashboard: [
    ['dashboards/shop.json', 'it is not text in UTF-8'],
    ['dashboards/shop.json', 'it is not JSON'],
    ['dashboards/shop.json', 'it is not a map'],
    ['dashboards/shop.json', 'it holds one under "dashboard", as an API answers it'],
    ['dashboards/shop.json', 'it has no title'],
  ],
  sameDashboard: [[{ file: 'dashboards/shop.json', uid: 'promha-pair', other: 'a dashboard of promha' }]],
})

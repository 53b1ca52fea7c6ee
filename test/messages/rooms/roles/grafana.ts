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
  sectionMeant: [[{ section: 'Security', at: ' in line 1 of it', meant: 'security' }]],
  sectionNear: [[{ section: 'securty', at: '', meant: 'security' }]],
  settingMeant: [
    [{ section: 'security', key: 'Admin_Password', at: '', meant: 'admin_password', below: 'security' }],
    [{ section: '', key: 'secret_key', at: '', meant: 'secret_key', below: 'security' }],
  ],
  variableOfSecret: [
    [{ key: 'admin_password', at: ' in line 2 of it', variable: 'PASSWORD' }, false],
    [{ key: 'admin_password', at: '', variable: 'env:PASSWORD' }, true],
  ],
  variable: [[{ key: 'root_url', at: '', variable: 'URL' }]],
  cutSecret: [['secret_key', ' in line 2 of it']],
  setByPromha: [[{ section: 'server', key: 'http_port', at: ' in line 2 of it', instead: 'use "listen"' }]],
  byEnvironment: [['GF_SECURITY_ADMIN_PASSWORD']],
  noSecretKey: [['loki.yml', 'Loki']],
  secondDefault: [
    ['loki.yml', 'Loki', 'that of the pair'],
    ['loki.yml', 'Loki', '"Tempo"'],
  ],
  sameDatasource: [
    [{ file: 'loki.yml', what: 'name', value: 'Prometheus' }],
    [{ file: 'loki.yml', what: 'uid', value: 'promha-prometheus' }],
  ],
  inputOfDashboard: [['dashboards/shop.json', 'DS_PROMETHEUS']],
  notADashboard: [
    ['dashboards/shop.json', 'it is not text in UTF-8'],
    ['dashboards/shop.json', 'it is not JSON: expected "," or "}"'],
    ['dashboards/shop.json', 'it is not a map'],
    ['dashboards/shop.json', 'it holds one under "dashboard", as an API answers it'],
    ['dashboards/shop.json', 'it has no title'],
  ],
  sameDashboard: [[{ file: 'dashboards/shop.json', uid: 'promha-pair', other: 'a dashboard of promha' }]],
})

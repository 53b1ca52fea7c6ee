/** grafana.ini: what a user may say otherwise, then what the user says, then what promha alone says. The last counts. */
import type { Endpoint } from '../../src/inventory/model.ts'
import { isWildcard } from '../../src/inventory/value/endpoint.ts'
import { homeDashboard } from './dashboards.ts'
import type { GrafanaConfig } from './settings/config.ts'

export const grafanaRoot = '/etc/grafana'
export const dataDir = '/var/lib/grafana'

type Sections = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>

/** Nothing is asked of the internet, nothing is alerted twice, and nothing is kept that is not in files. */
const usual: Sections = {
  log: { mode: 'console' },
  analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false },
  news: { news_feed_enabled: false },
  // Alerts are those of Prometheus.
  unified_alerting: { enabled: false },
  plugins: { preinstall_disabled: true },
  users: { allow_sign_up: false },
  dashboards: { default_home_dashboard_path: `${grafanaRoot}/dashboards/promha/${homeDashboard}` },
}

const withoutAdmin: Sections = {
  auth: { disable_login_form: true },
  'auth.basic': { enabled: false },
  'auth.anonymous': { enabled: true, org_role: 'Viewer' },
}

export function grafanaIni({ text, hasAdmin }: GrafanaConfig, { address, port }: Endpoint): string {
  return [
    '# Written by promha. The next apply undoes a change made here.',
    iniText({ ...usual, ...(hasAdmin ? {} : withoutAdmin) }),
    '# From the inventory.',
    // What stands above all its sections is no setting of the last one before it.
    '[DEFAULT]',
    text,
    '# What promha alone says.',
    iniText({
      server: {
        protocol: 'http',
        http_addr: isWildcard(address) && address !== '::' ? '' : address,
        http_port: port,
      },
      paths: {
        data: dataDir,
        logs: `${dataDir}/log`,
        plugins: `${dataDir}/plugins`,
        provisioning: `${grafanaRoot}/provisioning`,
      },
      // The first start would make one with a password that everybody knows.
      security: { disable_initial_admin_creation: !hasAdmin },
      metrics: { enabled: true },
    }),
  ].join('\n')
}

function iniText(sections: Sections): string {
  return Object.entries(sections)
    .map(([name, values]) => {
      const lines = Object.entries(values).map(([key, value]) => `${key} = ${value}\n`)
      return `[${name}]\n${lines.join('')}`
    })
    .join('\n')
}

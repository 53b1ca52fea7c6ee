/** Names of Grafana's own settings. It finds each only as it is written here, by its case and its spaces. */
import { nearest } from '../../../src/diagnostic/nearest.ts'

/** As in conf/defaults.ini of its release. */
const sections: readonly string[] = [
  ...['paths', 'server', 'server.custom_response_headers', 'grpc_server', 'database', 'remote_cache'],
  ...['dataproxy', 'analytics', 'security', 'security.encryption', 'snapshots', 'dashboards', 'datasources'],
  ...['sql_datasources', 'users', 'service_accounts', 'auth', 'auth.anonymous', 'auth.github', 'auth.gitlab'],
  ...['auth.google', 'auth.grafananet', 'auth.grafana_com', 'auth.azuread', 'auth.okta', 'auth.saml'],
  ...['auth.generic_oauth', 'auth.basic', 'auth.proxy', 'auth.jwt', 'auth.ldap', 'aws', 'azure', 'rbac'],
  ...['smtp', 'smtp.static_headers', 'emails', 'log', 'log.console', 'log.file', 'log.syslog'],
  ...['log.frontend', 'quota', 'unified_alerting', 'unified_alerting.screenshots', 'alerting', 'annotations'],
  ...['unified_alerting.reserved_labels', 'unified_alerting.state_history', 'annotations.dashboard'],
  ...['unified_alerting.state_history.external_labels', 'annotations.api', 'explore', 'help', 'profile'],
  ...['news', 'query_history', 'metrics', 'metrics.environment_info', 'metrics.graphite', 'grafana_net'],
  ...['grafana_com', 'tracing.jaeger', 'tracing.opentelemetry', 'tracing.opentelemetry.jaeger'],
  ...['tracing.opentelemetry.otlp', 'external_image_storage', 'external_image_storage.s3'],
  ...['external_image_storage.webdav', 'external_image_storage.gcs', 'external_image_storage.azure_blob'],
  ...['external_image_storage.local', 'rendering', 'panels', 'plugins', 'live', 'enterprise'],
  ...['feature_toggles', 'date_formats', 'expressions', 'geomap', 'support_bundles', 'storage', 'search'],
  ...['navigation.app_sections', 'navigation.app_standalone_pages', 'secure_socks_datasource_proxy'],
]

/** Those whose loss opens a door, or changes what promha believes of it. Below each section that has any. */
const keys: Readonly<Record<string, readonly string[]>> = {
  security: ['admin_user', 'admin_password', 'admin_email', 'secret_key', 'disable_initial_admin_creation'],
  database: ['type', 'url', 'host', 'name', 'user', 'password', 'ssl_mode', 'path'],
  server: [
    'protocol',
    'http_addr',
    'http_port',
    'domain',
    'enforce_domain',
    'root_url',
    'serve_from_sub_path',
  ],
  users: ['allow_sign_up', 'allow_org_create', 'auto_assign_org', 'auto_assign_org_role', 'viewers_can_edit'],
  auth: ['disable_login', 'disable_login_form', 'oauth_auto_login'],
  'auth.anonymous': ['enabled', 'org_name', 'org_role', 'hide_version'],
  'auth.basic': ['enabled'],
  'auth.proxy': ['enabled', 'whitelist', 'header_name', 'auto_sign_up'],
  smtp: ['enabled', 'host', 'user', 'password'],
}

/** Settings that promha itself looks for. A section below one of theirs would change them too. */
const read: Readonly<Record<string, readonly string[]>> = {
  security: ['admin_password', 'secret_key'],
  database: ['type', 'url'],
}

/** Of a name what is left of it in every spelling. */
const bare = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '')

function meant(name: string, known: readonly string[]): string | undefined {
  return known.includes(name) ? undefined : known.find(one => bare(one) === bare(name))
}

/** The section that was meant, if only its spelling differs. */
export function sectionMeant(name: string): string | undefined {
  return meant(name, sections)
}

/** The section that was probably meant by one that Grafana does not have; those of plugins are theirs. */
export function sectionNear(name: string): string | undefined {
  if (name === '' || name.startsWith('plugin.') || sections.includes(name)) return undefined
  return nearest(name, sections)
}

/** What was meant by a setting that Grafana does not find, because its name is spelt differently or below another section. */
export function settingMeant(section: string, key: string) {
  const near = meant(key, keys[section] ?? [])
  if (near !== undefined) return { section, key: near }
  for (const [top, names] of Object.entries(read)) {
    const found = names.find(one => bare(one) === bare(key))
    const isThere = section === '' ? top === 'security' : section.startsWith(`${top}.`)
    if (found !== undefined && isThere) return { section: top, key: found }
  }
  return undefined
}

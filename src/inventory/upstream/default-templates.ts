/** What Alertmanager 0.22.0 to 0.34.0 define in default.tmpl and email.tmpl; Debian's packages bring the same files. */
const names: Readonly<Record<string, string>> = {
  discord: 'content message title',
  email: 'html subject',
  jira: 'description priority summary',
  mattermost: 'color fallback text title titlelink username',
  msteams: 'summary text title',
  msteamsv2: 'text title',
  opsgenie: 'description message source',
  pagerduty: 'client clientURL description instances',
  pushover: 'message title url',
  rocketchat: 'alias emoji iconurl text title titlelink',
  slack: 'callbackid color fallback footer iconemoji iconurl pretext text title titlelink username',
  sns: 'message subject',
  telegram: 'message',
  victorops: 'entity_display_name monitoring_tool state_message',
  webex: 'message',
  wechat: 'agent_id message to_party to_tag to_user',
}

export const defaultTemplates: readonly string[] = [
  '__alertmanager',
  '__alertmanagerURL',
  '__description',
  '__subject',
  '__text_alert_list',
  '__text_alert_list_markdown',
  ...Object.entries(names).flatMap(([kind, last]) => last.split(' ').map(name => `${kind}.default.${name}`)),
]

/** Whether a newer Alertmanager may define a template of that name. */
export function mayBeDefault(name: string): boolean {
  return name.startsWith('__') || /^[a-z0-9]+\.default\.\w+$/.test(name)
}

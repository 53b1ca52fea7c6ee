/** Templates that receivers name and that nothing defines. */
import assert from 'node:assert/strict'
import { type Case, tells } from '../cases.ts'
import { head, read } from '../harness.ts'

const site = (config: string, more = '') => `${head}cells:
  eu:
    alertmanager:
      hosts: [mon-a, mon-b]${more}
      config: ${config}
`
const templates = '\n      templates: [templates/*.tmpl]'
const files = {
  'templates/own.tmpl':
    '{{ define "own.title" }}x{{ end }}{{- define `own.text` -}}{{ block "own.part" . }}{{ end }}{{ end }}',
}
const receiver = (fields: string) =>
  `\n        route: { receiver: web }\n        receivers:\n          - name: web\n${fields.replace(/^/gm, '            ')}`

const wrong: Readonly<Record<string, Case>> = {
  'a name that is nearly one of a file': {
    text: site(
      receiver(`slack_configs: [{ channel: x, title: '{{ §template "own.titel" . }}' }]`),
      templates,
    ),
    files,
    summary: /^the template "own\.titel", which receiver "web" names, is not defined$/,
    remedy: /Did you mean "own\.title"\?/,
  },
  'a name that is nearly one of Alertmanager': {
    text: site(receiver(`slack_configs: [{ channel: x, text: '{{ §template "slack.defalt.text" . }}' }]`)),
    summary: /"slack\.defalt\.text".* is not defined/,
    remedy: /"slack\.default\.text"/,
  },
  'a name that is near to none': {
    text: site(receiver(`email_configs: [{ to: a@b, html: '{{ §template "zzz" . }}' }]`)),
    summary: /"zzz"/,
    remedy: /^Define "zzz" in a file under "templates:"\.$/,
  },
  'a name deep in a receiver': {
    text: site(
      receiver(`slack_configs:
  - channel: x
    actions: [{ type: button, text: ok, url: '{{ §template "my.link" . }}' }]
    fields:
      - title: a
        value: '{{ template "own.text" . }}{{ §template "my.value" . }}'
email_configs:
  - to: a@b
    headers: { Subject: '{{ if true }}{{- §template \`my.subject\` . -}}{{ end }}' }
webhook_configs:
  - { url: "http://x/", payload: { a: [{ b: '{{ §template "my.payload" . }}' }] } }`),
      templates,
    ),
    files,
    summary: /"my\.(link|value|subject|payload)"/,
  },
  'a name in a text of several lines': {
    text: site(
      receiver(`telegram_configs:
  - bot_token: x
    chat_id: 1
    message: |
      first {{ template "own.title" . }}
      {{ §template "gone" . }}
      {{ template "gone" . }}`),
      templates,
    ),
    files,
    summary: /"gone"/,
  },
  'a name that another field defines for itself': {
    text: site(
      receiver(`slack_configs:
  - channel: x
    title: '{{ define "inline" }}x{{ end }}{{ template "inline" . }}'
    text: '{{ §template "inline" . }}'`),
    ),
    summary: /"inline"/,
  },
  'a name in a config of its own file': {
    text: site('alertmanager.yml'),
    files: {
      'alertmanager.yml': `route: { receiver: a }
receivers:
  - name: a
    pagerduty_configs: [{ routing_key: x, description: '{{ §template "pd" . }}' }]
`,
    },
    summary: /"pd"/,
  },
}

describe('a template that a receiver names', () => {
  for (const [name, one] of Object.entries(wrong)) it(`is an error for ${name}`, () => tells(one))

  /** The warnings, and no error. */
  const warned = async (text: string, put: Readonly<Record<string, string | Uint8Array>> = {}) => {
    const { inventory, problems } = await read(text, put)
    assert.ok(inventory, JSON.stringify(problems))
    return problems.map(({ summary, detail }) => `${summary}. ${detail}`)
  }

  it('may be defined by a file, by the name of a file, by Alertmanager or by the field', async () => {
    const fields = receiver(`slack_configs:
  - channel: x
    title: '{{ template "own.title" . }}{{ template "own.part" . }}{{ template "own.tmpl" . }}'
    text: '{{ template "slack.default.text" . }}{{ template "__subject" . }}{{ template "jira.default.summary" . }}'
    footer: '{{ define "f" }}x{{ end }}{{ template "f" . }}'
    pretext: 'no {{ .CommonLabels.template }} here: template "zzz"'`)
    assert.deepEqual(await warned(site(fields, templates), files), [])
  })

  it('is warned of if a newer Alertmanager or a file of the host may define it', async () => {
    const named = (name: string) =>
      receiver(`slack_configs: [{ channel: x, text: '{{ template "${name}" . }}' }]`)
    for (const name of ['__later', 'slack.default.blocks', 'teams9.default.text']) {
      const [only = '', ...more] = await warned(site(named(name)))
      assert.match(only, /is not defined.*looks like one of Alertmanager itself/)
      assert.deepEqual(more, [])
    }
    const config = `${named('mine')}\n        templates: [/usr/share/alertmanager/*.tmpl]`
    const [only = ''] = await warned(site(config, templates), files)
    assert.match(only, /"mine".*reads "\/usr\/share\/alertmanager\/\*\.tmpl", which promha does not ship/)
  })

  it('is an error though the config names the shipped files by their path on the host', async () => {
    for (const path of ['/etc/alertmanager/templates/*.tmpl', 'templates/own.tmpl', './templates/o*'])
      await tells({
        text: site(
          `${receiver(`slack_configs: [{ channel: x, text: '{{ §template "mine" . }}' }]`)}\n        templates: [${path}]`,
          templates,
        ),
        files,
        summary: /"mine"/,
      })
  })

  it('may be defined by a shipped file that the config names, and by no other one', async () => {
    const put = { 'own.tmpl': '{{ define "mine" }}{{ end }}', 'own.der': new Uint8Array([255]) }
    const fields = receiver(`slack_configs: [{ channel: x, text: '{{ §template "mine" . }}' }]`)
    const shipped = '\n      files: { "own.tmpl": own.tmpl, "own.der": own.der }'
    const named = `${fields.replace('§', '')}\n        templates: [/etc/alertmanager/own.tmpl]`
    assert.deepEqual(await warned(site(named, shipped), put), [])
    await tells({ text: site(fields, shipped), files: put, summary: /"mine"/ })
  })

  it('is warned of in another template, at its place there', async () => {
    const put = { 'templates/own.tmpl': '{{ define "a" }}\n  {{ template "b" . }}{{ end }}' }
    const { problems } = await read(site(receiver('webhook_configs: [{ url: "http://x/" }]'), templates), put)
    assert.deepEqual(
      problems.map(({ severity, source }) => [severity, source?.line, source?.column]),
      [['warning', 2, 15]],
    )
  })
})

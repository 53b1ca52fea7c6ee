/** The words of the problems whose topic is `grafana`. */
import { messages, type Texts } from '../../src/diagnostic/problem.ts'
import { quoted } from '../../src/inventory/text/place.ts'

export const grafanaProblem = messages('grafana', {
  nothingToShow: (cell: string) => ({
    summary: `cell ${quoted(cell)} has "grafana" but neither a Prometheus nor a store`,
    remedy: 'Add "prometheus:" or "storage:" to the cell, or remove this.',
  }),
  noAddress: (cell: string) => ({
    summary: `grafana of cell ${quoted(cell)} has several hosts and no address that leads to them`,
    remedy: 'Add "vip: ADDRESS/PREFIX", or keep one host.',
  }),
  portWithoutAddress: (cell: string) => ({
    summary: `"port" of grafana of cell ${quoted(cell)} is that of an address, and there is none`,
    remedy: 'Add "vip: ADDRESS/PREFIX", or use "listen" instead.',
  }),
  samePort: (cell: string, port: number) => ({
    summary: `grafana of cell ${quoted(cell)} and its address have the same port, ${port}`,
    detail: 'The port of Grafana itself is closed to all but HAProxy and the replicas.',
    remedy: 'Give one of "listen" and "port" another port, or leave out "listen".',
  }),
  notAnIni: (at: string, expected: string) => ({
    summary: `the config of grafana cannot be read${at}: expected ${expected}`,
    remedy: "Write it in Grafana's own form, as in conf/defaults.ini of its release.",
  }),
  notText: (file: string) => ({
    summary: `the config of grafana ${quoted(file)} is not text`,
    remedy: 'Write it in UTF-8.',
  }),
  setByPromha: (the: Texts<'section' | 'key' | 'at' | 'instead'>) => ({
    summary: `${quoted(the.key)} below [${the.section}] of the config of grafana is set by promha itself${the.at}`,
    remedy: `Remove it: ${the.instead}.`,
  }),
  sectionMeant: (the: Texts<'section' | 'at' | 'meant'>) => ({
    summary: `Grafana does not find the section [${the.section}] of its config${the.at}: it reads names exactly`,
    remedy: `Write [${the.meant}].`,
  }),
  sectionNear: (the: Texts<'section' | 'at' | 'meant'>) => ({
    severity: 'warning',
    summary: `Grafana has no section [${the.section}] of its config that promha knows${the.at}`,
    detail: 'Grafana ignores the settings of a section that it does not know.',
    remedy: `Did you mean [${the.meant}]?`,
  }),
  settingMeant: (the: Texts<'section' | 'key' | 'at' | 'meant'> & { readonly below: string }) => ({
    summary: `Grafana does not find ${quoted(the.key)} ${the.section === '' ? 'above all sections' : `below [${the.section}]`} of its config${the.at}: it reads names exactly`,
    remedy: `Write ${quoted(the.meant)} below [${the.below}].`,
  }),
  variableOfSecret: (the: Texts<'key' | 'at' | 'variable'>, isReference: boolean) => ({
    summary: `${quoted(the.key)} of the config of grafana has the variable ${quoted(the.variable)}${the.at}, which Grafana does not have`,
    detail: 'Grafana puts nothing in its place, so anybody could guess what is left.',
    remedy: isReference
      ? 'Write this config inline in the inventory. References are expanded there, and not in a file.'
      : 'Add it to "environment" of grafana.',
  }),
  variable: (the: Texts<'key' | 'at' | 'variable'>) => ({
    severity: 'warning',
    summary: `${quoted(the.key)} of the config of grafana has the variable ${quoted(the.variable)}${the.at}, which Grafana does not have`,
    remedy: 'Add it to "environment" of grafana.',
  }),
  cutSecret: (key: string, at: string) => ({
    summary: `${quoted(key)} of the config of grafana has # or ; in it${at}: Grafana takes the rest for a comment`,
    remedy: 'Put the value between """ and """.',
  }),
  byEnvironment: (name: string) => ({
    summary: `the variable ${name} would set what promha cannot see in the config of grafana`,
    remedy: 'Write this setting under "config" instead.',
  }),
  noSecretKey: (file: string, name: string) => ({
    summary: `the datasource ${quoted(name)} of ${quoted(file)} holds a secret, and grafana has no secret_key`,
    detail:
      'Grafana keeps secrets in its database under this key. The one that it has without it is public, and the same everywhere.',
    remedy: 'Add "secret_key" below [security] of the config of grafana.',
  }),
  secondDefault: (file: string, name: string, other: string) => ({
    summary: `the datasource ${quoted(name)} of ${quoted(file)} is the default, as ${other} is`,
    detail: 'Grafana does not start with two defaults.',
    remedy: 'Remove this line.',
  }),
  sameDatasource: (the: Texts<'file' | 'what' | 'value'>) => ({
    summary: `a datasource of ${quoted(the.file)} has the ${the.what} ${quoted(the.value)}, which is that of a datasource of promha`,
    detail: `Grafana keeps only one datasource of each ${the.what}.`,
    remedy: `Give it another ${the.what}.`,
  }),
  notADashboard: (file: string, why: string) => ({
    summary: `${quoted(file)} is not a dashboard: ${why}`,
    remedy: 'Name files that Grafana exported as JSON.',
  }),
  inputOfDashboard: (file: string, name: string) => ({
    summary: `${quoted(file)} was exported for others: nothing fills ${quoted(`\${${name}}`)} in it`,
    detail:
      'Grafana asks for such a value when a person imports the dashboard, and not when it reads a file.',
    remedy:
      'Export it without "Export for sharing externally", or write what is meant: the uid of the pair is "promha-prometheus".',
  }),
  sameDashboard: (the: Texts<'file' | 'uid' | 'other'>) => ({
    summary: `${quoted(the.file)} has the uid ${quoted(the.uid)} of ${the.other}`,
    detail: 'Grafana keeps one dashboard a uid, and would show one of the two only.',
    remedy: 'Give the dashboard a uid of its own.',
  }),
})

import { upstreamProblem } from '../../../../src/inventory/upstream/messages.ts'
import { samples } from '../../samples.ts'

export const upstreamSamples = samples(upstreamProblem, {
  unusableFile: [['"/srv/promha/none.pem"', 'does not exist']],
  undefinedTemplate: [
    [{ name: 'a.title', of: 'receiver "a"', sure: true, elsewhere: undefined, known: ['a.titles'] }],
    [{ name: 'a.title', of: 'another template', sure: false, elsewhere: undefined, known: [] }],
    [{ name: 'a.title', of: 'receiver "a"', sure: true, elsewhere: '/srv/*.tmpl', known: [] }],
    [{ name: 'slack.default.x', of: 'receiver "a"', sure: true, elsewhere: undefined, known: [] }],
  ],
  notAList: [['scrape_configs', 'a map']],
  itemNotAMap: [['scrape_configs', 'a text']],
  notAMap: [['config', 'a list']],
  keyNotUsable: [['route', 'Write it in the config of Alertmanager.']],
  badLabel: [['__tmp', 'a probe of blackbox', 'begins with "__", and such names are internal']],
  labelTaken: [['instance', 'a probe of blackbox', 'set by promha: the target']],
})

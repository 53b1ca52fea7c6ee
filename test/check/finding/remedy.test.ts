/** What to do about what a tool refuses. */
import assert from 'node:assert/strict'
import { toolRemedy } from '../../../src/check/finding/remedy.ts'

const field = (name: string) => `field ${name} not found in type config.ScrapeConfig`
const source = { file: 'p.yml', line: 3, column: 5 }

describe('what to do about what a tool refuses', () => {
  it('is to take the programs of upstream, for a discovery that Debian leaves out', () => {
    assert.match(
      toolRemedy(field('consul_sd_configs'), source, 'promtool', true),
      /`from: upstream` under `artifacts:`/,
    )
    assert.doesNotMatch(toolRemedy(field('consul_sd_configs'), source, 'promtool', false), /Debian|upstream/)
  })

  it('is to correct the name of a discovery, whoever built the program', () => {
    for (const debian of [true, false])
      assert.equal(
        toolRemedy(field('consl_sd_configs'), source, 'promtool', debian),
        'Did you mean "consul_sd_configs"?',
      )
  })

  it('is to fix the line, for all else', () => {
    for (const said of [field('zzz'), field('zzzzzzzzz_sd_configs'), 'no consul_sd_configs'])
      assert.equal(
        toolRemedy(said, source, 'promtool', true),
        'Fix line 3 of p.yml, then run the command again.',
      )
    assert.equal(
      toolRemedy('no', undefined, 'promtool', true),
      'Fix what the message names, then run the command again.',
    )
  })

  it('is to write the nearest key that the tool knows', () => {
    const told = (tool: string, name: string, type: string) =>
      toolRemedy(`field ${name} not found in type ${type}`, source, tool, false)
    assert.equal(told('promtool', 'metric_path', 'config.ScrapeConfig'), 'Did you mean "metrics_path"?')
    assert.equal(told('promtool', 'label', 'rulefmt.Rule'), 'Did you mean "labels"?')
    assert.equal(told('promtool', 'seperator', 'relabel.plain'), 'Did you mean "separator"?')
    assert.equal(told('amtool', 'macth', 'config.plain'), 'Did you mean "match"?')
    assert.equal(
      told('blackbox_exporter', 'valid_status_code', 'config.plain'),
      'Did you mean "valid_status_codes"?',
    )
    assert.match(told('promtool', 'honor_labels', 'config.plain'), /^Move it to where it belongs/)
  })

  it('is to write the value in its form', () => {
    const told = (said: string) => toolRemedy(said, source, 'promtool', false)
    assert.match(told('unknown unit " minutes" in duration "5 minutes"'), /with its unit/)
    assert.match(told('not a valid duration string: "30"'), /with its unit/)
    assert.match(told('cannot unmarshal !!map into []rulefmt.Rule'), /as a list/)
    assert.match(told('cannot unmarshal !!str `a:1` into []string'), /in brackets/)
    assert.match(told('cannot unmarshal !!str `yes` into bool'), /true or false/)
    assert.match(told('undefined receiver "x" used in route'), /under "receivers"/)
  })
})

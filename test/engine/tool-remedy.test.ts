/** What to do about what a tool refuses. */
import assert from 'node:assert/strict'
import { toolRemedy } from '../../src/engine/tool-remedy.ts'

const field = (name: string) => `field ${name} not found in type config.ScrapeConfig`
const source = { file: 'p.yml', line: 3, column: 5 }

describe('what to do about what a tool refuses', () => {
  it('is to take the programs of upstream, for a discovery that Debian leaves out', () => {
    assert.match(toolRemedy(field('consul_sd_configs'), source, true), /`from: upstream` under `artifacts:`/)
    assert.doesNotMatch(toolRemedy(field('consul_sd_configs'), source, false), /Debian|upstream/)
  })

  it('is to correct the name of a discovery, whoever built the program', () => {
    for (const debian of [true, false])
      assert.equal(toolRemedy(field('consl_sd_configs'), source, debian), 'did you mean "consul_sd_configs"?')
  })

  it('is to fix the line, for all else', () => {
    for (const said of [field('metric_path'), field('zzzzzzzzz_sd_configs'), 'no consul_sd_configs'])
      assert.equal(toolRemedy(said, source, true), 'Fix line 3 of p.yml, then run the command again.')
    assert.equal(toolRemedy('no', undefined, true), 'Fix what the message names, then run the command again.')
  })
})

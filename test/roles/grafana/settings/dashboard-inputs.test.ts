import assert from 'node:assert/strict'
import { unfilledInput } from '../../../../roles/grafana/settings/dashboard-inputs.ts'

const found = (dashboard: object) => unfilledInput(dashboard, JSON.stringify(dashboard))
const panels = (uid: string) => [{ datasource: { type: 'prometheus', uid } }]
const list = (name: string) => ({ list: [{ name, type: 'datasource' }] })

describe('an input of a dashboard', () => {
  it('is filled by nobody when Grafana reads a file', () => {
    const inputs = [
      { name: 'VAR_JOB', type: 'constant' },
      { name: 'DS_X', type: 'datasource' },
    ]
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: as Grafana writes them
    assert.equal(found({ __inputs: inputs, panels: panels('${DS_X}') }), 'DS_X')
    assert.equal(found({ __inputs: inputs, panels: [{ expr: 'up{job="${VAR_JOB}"}' }] }), 'VAR_JOB')
    assert.equal(found({ panels: panels('${DS_PROMETHEUS}') }), 'DS_PROMETHEUS')
    assert.equal(found({ panels: panels('${DS_A}'), templating: list('DS_B') }), 'DS_A')
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as Grafana writes them
  })

  it('is none if a variable of the dashboard fills it, or nothing asks for it', () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: as Grafana writes them
    assert.equal(found({ panels: panels('${DS_A}'), templating: list('DS_A') }), undefined)
    assert.equal(found({ __inputs: [{ name: 'DS_A' }, null, 1], panels: panels('x') }), undefined)
    assert.equal(found({ panels: panels('${datasource}'), templating: null }), undefined)
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as Grafana writes them
  })
})

import assert from 'node:assert/strict'
import { head, read } from '../../../inventory/harness.ts'

const text = `${head}cells:
  eu:
    prometheus: { replicas: { a: mon-a, b: mon-b }, alertmanagers: [] }
    grafana: { hosts: [mon-a], dashboards: [d.json] }
`
const problemsOf = async (json: string) => (await read(text, { 'd.json': json })).problems

describe("a dashboard of the user's", () => {
  it('that is no JSON is refused by its line and column', async () => {
    for (const mark of ['', '\uFEFF']) {
      const [problem] = await problemsOf(`${mark}{\n  "title": "x"\n  "uid": "y"\n}\n`)
      assert.equal(problem?.code, 'grafana.not-a-dashboard')
      assert.match(problem?.summary ?? '', /it is not JSON: expected "," or "}"/)
      assert.deepEqual([problem?.source?.line, problem?.source?.column], [3, 3])
      assert.match(problem?.source?.file ?? '', /d\.json$/)
    }
  })

  it('that was exported for others is refused', async () => {
    const [problem] = await problemsOf('{"title":"x","panels":[{"datasource":"${DS_X}"}]}')
    assert.equal(problem?.code, 'grafana.input-of-dashboard')
    assert.equal(problem?.source?.line, 8)
  })
})

import assert from 'node:assert/strict'
import { api } from '../../../src/verify/answer/answers.ts'
import { sameVersion } from '../../../src/verify/checks/same-version.ts'
import { judged } from '../judged.ts'

const program = (host: string) => ({
  ...{ host, component: 'prometheus', local: { address: '127.0.0.1', port: 9090 } },
  instance: `${host}:9090`,
})
const check = sameVersion('eu', 'prometheus', ['mon-a', 'mon-b'].map(program), {
  api: api.build,
  of: ({ version }: { readonly version: string }) => version,
})
const seen = (a: string, b: string) => {
  const said = (version: string) => JSON.stringify({ status: 'success', data: { version } })
  return judged(check, {
    [`mon-a/prometheus ${api.build.path}`]: said(a),
    [`mon-b/prometheus ${api.build.path}`]: said(b),
  })
}

describe('prometheus.same_version', () => {
  it('passes if all run one version', () => {
    const { status, detail } = seen('3.5.3', '3.5.3')
    assert.deepEqual([status, detail], ['pass', '3.5.3 on 2 of 2'])
  })

  it('fails for a pair that was upgraded by halves', () => {
    const { status, detail, remedy } = seen('3.5.3', '3.16.0')
    assert.deepEqual([status, detail], ['fail', '3.5.3 on mon-a, 3.16.0 on mon-b'])
    assert.match(remedy ?? '', /without --limit/)
  })
})

import assert from 'node:assert/strict'
import { programFiles, upstreamRelease, upstreamVersion } from '../../src/artifact/catalog.ts'

describe('artifact catalog', () => {
  it('fills version and architecture into upstream paths', () => {
    const release = upstreamRelease('prometheus', '3.13.2', 'arm64')
    assert.equal(release.folder, 'prometheus/prometheus/releases/download/v3.13.2')
    assert.equal(release.archive, 'prometheus-3.13.2.linux-arm64.tar.gz')
    assert.deepEqual(
      release.members.map(one => one.member),
      ['prometheus-3.13.2.linux-arm64/prometheus', 'prometheus-3.13.2.linux-arm64/promtool'],
    )
  })

  it('names the host paths of a release by its source kind', () => {
    assert.deepEqual(programFiles('alertmanager', 'mirror'), [
      { path: '/usr/local/bin/alertmanager', mode: 0o755 },
      { path: '/usr/local/bin/amtool', mode: 0o755 },
    ])
    assert.deepEqual(programFiles('alertmanager', 'debian').slice(2), [
      { path: '/usr/share/prometheus/alertmanager/default.tmpl', mode: 0o644 },
      { path: '/usr/share/prometheus/alertmanager/email.tmpl', mode: 0o644 },
    ])
  })

  for (const [debian, upstream] of [
    ['3.5.3+ds1-6', '3.5.3'],
    ['1.9.0-1+b4', '1.9.0'],
    ['1:2.53.3+ds1-2~bpo12+1', '2.53.3'],
    ['3.0.0~rc.1+ds-1', '3.0.0-rc.1'],
  ] as const) {
    it(`takes ${upstream} from Debian's ${debian}`, () => assert.equal(upstreamVersion(debian), upstream))
  }
})

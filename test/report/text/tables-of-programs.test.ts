import assert from 'node:assert/strict'
import type { LocalProgramRow } from '../../../src/check/tool/local-program.ts'
import { programsText } from '../../../src/report/text/tables.ts'

const row: LocalProgramRow = {
  name: 'promtool',
  component: 'prometheus',
  version: '3.13.2',
  arch: 'amd64',
  source: '/srv/programs',
  sha256: 'ab'.repeat(32),
  trusted: 'no',
}

describe('the programs that would run here', () => {
  it('stand with their whole hashes, since a person compares them', () => {
    assert.equal(
      programsText([row, { ...row, name: 'prometheus', trusted: 'accepted' }]),
      [
        'program     version       source         trusted here  sha256',
        `promtool    3.13.2 amd64  /srv/programs  no            ${row.sha256}`,
        `prometheus  3.13.2 amd64  /srv/programs  accepted      ${row.sha256}`,
      ].join('\n'),
    )
  })

  it('cannot redraw what is shown, whatever an inventory calls its directory', () => {
    const source = '/srv/\u001b[1A\u001b[2K\r\u202eupstream\n'
    assert.match(programsText([{ ...row, source }]), /\/srv\/\\x1b\[1A\\x1b\[2K\\r\\u202eupstream\\n {2}no/)
  })
})

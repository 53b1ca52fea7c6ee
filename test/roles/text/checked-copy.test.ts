import assert from 'node:assert/strict'
import { configFile } from '../../../roles/common/resources.ts'
import { checkedCopies } from '../../../roles/text/checked-copy.ts'

const root = '/etc/prometheus'
const bundle = (text: string) =>
  [
    ['prometheus.yml', text],
    ['secrets/a.token', 'x'],
    ['sd/one.yml', '[]'],
    ['with space', 'x'],
  ].map(([name, content = '']) => configFile(`${root}/${name}`, 'prometheus', 'reload', content))
const seen = (text: string) =>
  checkedCopies(root, bundle(text), name => name === 'prometheus.yml')[0]?.content

describe('the copy of a config that its check sees', () => {
  it('names the files of the bundle by relative paths', () => {
    const text = (path: string) => `a_file: ${path}/secrets/a.token
b_file: "${path}/secrets/a.token"
c_file: '${path}/with space'
files: [${path}/sd/*.yml, ${path}/sd/one.yml]
list:
  - ${path}/sd/*.yml
`
    assert.equal(seen(text(root)), text('.'))
  })

  it('counts paths from the directory of the config', () => {
    const text = `a_file: ${root}/secrets/a.token\n`
    const files = [...bundle(''), configFile(`${root}/scrape_configs/x/a.yml`, 'prometheus', 'reload', text)]
    assert.deepEqual(
      checkedCopies(root, files, () => true).map(({ content }) => content),
      ['a_file: ../../secrets/a.token\n'],
    )
  })

  it('leaves all other paths as they are, since they may be there on the host', () => {
    for (const path of [
      `${root}/other.token`,
      `/srv${root}/secrets/a.token`,
      `${root}/../x`,
      `${root}/sd/*.json`,
      `${root}2/secrets/a.token`,
    ])
      assert.equal(seen(`a_file: ${path}\n`), undefined, path)
  })

  it('is not made of a file that is not a config', () => {
    const files = bundle(`a_file: ${root}/secrets/a.token\n`)
    assert.deepEqual(
      checkedCopies(root, files, () => false),
      [],
    )
    assert.equal(files[0]?.content, `a_file: ${root}/secrets/a.token\n`)
  })
})

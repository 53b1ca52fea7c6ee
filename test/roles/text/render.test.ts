import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileTemplate, renderTemplate } from '../../../roles/text/render.ts'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { packageRoot } from '../../../src/package-root.ts'

describe('templates', () => {
  it('all compile', () => {
    const roles = join(packageRoot(), 'roles')
    const names = readdirSync(roles, { recursive: true, encoding: 'utf8' }).filter(name =>
      /\.\w+\.ejs$/.test(name),
    )
    assert.ok(names.length >= 6)
    for (const name of names) {
      compileTemplate(readFileSync(join(roles, name), 'utf8'), name.replace(/\.ejs$/, ''), join(roles, name))
    }
  })

  it('refuse a value that is not there', () => {
    const template = compileTemplate('<%= it.x %>', 'a.service', '/a.service.ejs')
    assert.equal(template({ x: 'a b' }), '"a b"')
    assert.throws(() => template({}), /a value is undefined/)
    assert.throws(() => template({ x: null }), /a value is null/)
    assert.throws(() => compileTemplate('<%= it.x', 'a.yml', '/a.yml.ejs'))
    assert.throws(() => compileTemplate('', 'a.ini', '/a.ini.ejs'), RangeError)
  })

  it('write YAML in templates of YAML', () => {
    const template = compileTemplate('# x\n<%= it.x %>\n', 'a.yml', '/a.yml.ejs')
    assert.equal(template({ x: { on: 'yes' } }), '# x\n"on": "yes"\n')
    assert.throws(() => template({}), TypeError)
  })

  it('write nothing into a script', () => {
    const template = compileTemplate('echo <%= it.x %>\n', 'a.sh', '/a.sh.ejs')
    for (const x of ['a', 1, true]) assert.throws(() => template({ x }), /a script is no template/)
    assert.equal(compileTemplate('echo "${1%%@*}"\n', 'a.sh', '/a.sh.ejs')({}), 'echo "${1%%@*}"\n')
  })

  it('are called what they become', () => {
    const roles = join(packageRoot(), 'roles')
    for (const name of readdirSync(roles, { recursive: true, encoding: 'utf8' })) {
      if (!/\.\w+\.ejs$/.test(name)) continue
      const isScript = readFileSync(join(roles, name), 'utf8').startsWith('#!')
      assert.equal(isScript, name.endsWith('.sh.ejs'), name)
    }
  })

  it('say which of them failed', () => {
    assert.throws(
      () => renderTemplate('prometheus', 'prometheus.service', {}),
      (problem: unknown) =>
        problem instanceof ProblemError && /prometheus\.service\.ejs/.test(problem.message),
    )
  })
})

/** What a stranger, and the place that hosts the repository, expect to find in it. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { satisfies, validRange } from 'semver'
import { parse } from 'yaml'
import { z } from 'zod'
import manifest from '../../package.json' with { type: 'json' }

const root = join(import.meta.dirname, '../..')
const text = (path: string) => readFileSync(join(root, path), 'utf8')
const filesIn = (folder: string) => readdirSync(join(root, folder)).filter(name => name.endsWith('.yml'))

/** An action by the full version of a release, never by a branch or a tag that moves. */
const action = z.string().regex(/^[\w.-]+\/[\w./-]+@v\d+\.\d+\.\d+$/)
const step = z.union([
  z.strictObject({ uses: action, with: z.record(z.string(), z.union([z.string(), z.boolean()])).optional() }),
  z.strictObject({ run: z.string().min(1) }),
])
const concurrency = z.strictObject({ group: z.string(), 'cancel-in-progress': z.string().optional() })

const workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: z.strictObject({ branches: z.array(z.string()).min(1) }),
    pull_request: z.null(),
    workflow_dispatch: z.null(),
  }),
  // The code of a pull request gets a token that can change nothing.
  permissions: z.strictObject({ contents: z.literal('read') }),
  concurrency,
  jobs: z.record(
    z.string().regex(/^\w+$/),
    z.strictObject({
      name: z.string(),
      if: z.string().optional(),
      'runs-on': z.string(),
      'timeout-minutes': z.number(),
      concurrency: concurrency.optional(),
      strategy: z
        .strictObject({ 'fail-fast': z.boolean(), matrix: z.strictObject({ node: z.array(z.string()) }) })
        .optional(),
      steps: z.array(step).min(2),
    }),
  ),
})

const validations = z.strictObject({ required: z.boolean() })
const words = { label: z.string(), description: z.string().optional(), placeholder: z.string().optional() }
const id = z.string().regex(/^[\w-]+$/)
const field = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: z.string() }) }),
  z.strictObject({
    type: z.literal('textarea'),
    id,
    attributes: z.strictObject({ ...words, render: z.string().optional() }),
    validations,
  }),
  z.strictObject({ type: z.literal('input'), id, attributes: z.strictObject(words), validations }),
  z.strictObject({
    type: z.literal('dropdown'),
    id,
    attributes: z.strictObject({ ...words, options: z.array(z.string()).min(2) }),
    validations,
  }),
])
const form = z.strictObject({
  name: z.string(),
  description: z.string(),
  labels: z.array(z.string()),
  body: z.array(field).min(1),
})

const dependabot = z.strictObject({
  version: z.literal(2),
  updates: z.array(
    z.strictObject({
      'package-ecosystem': z.enum(['npm', 'github-actions']),
      directory: z.literal('/'),
      schedule: z.strictObject({ interval: z.enum(['daily', 'weekly', 'monthly']) }),
      groups: z.record(
        z.string(),
        z.union([
          z.strictObject({ 'update-types': z.array(z.enum(['major', 'minor', 'patch'])) }),
          z.strictObject({ patterns: z.array(z.string()) }),
        ]),
      ),
    }),
  ),
})

describe('the repository', () => {
  for (const name of filesIn('.github/workflows'))
    it(`has a workflow that GitHub can read, with actions of a fixed version: ${name}`, () => {
      const { jobs } = workflow.parse(parse(text(`.github/workflows/${name}`)))
      for (const job of Object.values(jobs)) {
        // Every script that a step runs is one of this project.
        const scripts = job.steps.flatMap(one =>
          'run' in one ? [...one.run.matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => script) : [],
        )
        assert.deepEqual(
          scripts.filter(script => !(script in manifest.scripts)),
          [],
        )
        assert.equal(
          job.steps.filter(one => 'uses' in one && one.uses.startsWith('actions/checkout@')).length,
          1,
        )
      }
    })

  it('runs lint, types, and the unit tests on the oldest Node and every line that npm test takes', () => {
    const { jobs } = workflow.parse(parse(text('.github/workflows/test.yml')))
    const runs = Object.values(jobs).flatMap(job => job.steps.map(one => ('run' in one ? one.run : '')))
    for (const wanted of ['lint', 'typecheck', 'test:unit', 'test:e2e'])
      assert.ok(
        runs.some(run => run.endsWith(`npm run ${wanted}`)),
        wanted,
      )
    const [, lines = ''] = /^const lines = \[(.*)\]$/m.exec(text('scripts/test.mjs')) ?? []
    const oldest = manifest.engines.node.replace('>=', '')
    assert.deepEqual(jobs.unit?.strategy?.matrix.node, [oldest, ...lines.split(', ')])
  })

  it('runs nothing of a pull request on a runner of its own', () => {
    const { jobs } = workflow.parse(parse(text('.github/workflows/test.yml')))
    for (const { if: when = '', 'runs-on': runner } of Object.values(jobs))
      if (runner !== 'ubuntu-24.04') assert.match(when, /&& github\.event_name != 'pull_request'$/)
  })

  it('has forms for issues, each with an id of its own for every answer', () => {
    const forms = filesIn('.github/ISSUE_TEMPLATE').filter(name => name !== 'config.yml')
    assert.ok(forms.length > 0)
    for (const name of forms) {
      const { body } = form.parse(parse(text(`.github/ISSUE_TEMPLATE/${name}`)))
      const ids = body.flatMap(one => ('id' in one ? [one.id] : []))
      assert.deepEqual([...new Set(ids)], ids)
    }
    z.strictObject({ blank_issues_enabled: z.literal(false) }).parse(
      parse(text('.github/ISSUE_TEMPLATE/config.yml')),
    )
  })

  it('has dependabot look after packages and actions', () => {
    const { updates } = dependabot.parse(parse(text('.github/dependabot.yml')))
    assert.deepEqual(
      updates.map(one => one['package-ecosystem']),
      ['npm', 'github-actions'],
    )
  })

  for (const path of [
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CODE_OF_CONDUCT.md',
    '.editorconfig',
    '.github/pull_request_template.md',
  ])
    it(`has ${path}, whose links lead to files`, () => {
      const links = [...text(path).matchAll(/\]\(((?!https?:)[^)#\s]+)/g)].map(([, link = '']) => link)
      assert.deepEqual(
        links.filter(link => !existsSync(join(root, link))),
        [],
      )
    })

  it('has an .nvmrc of a Node that promha runs on', () => {
    const version = text('.nvmrc').trim()
    assert.ok(satisfies(`${version}.0`, manifest.engines.node), version)
  })

  it('says in package.json what is known, and nothing empty', () => {
    assert.ok(validRange(manifest.engines.node))
    assert.ok(manifest.keywords.length > 0)
    for (const [key, value] of Object.entries(manifest)) assert.ok(Object.keys(value).length > 0, key)
    assert.ok(text('LICENSE').includes('Apache License'))
    assert.equal(manifest.license, 'Apache-2.0')
  })
})

import assert from 'node:assert/strict'
import { logFiles } from '../../../../roles/prometheus/settings/log-files.ts'
import { type Case, tells } from '../../../inventory/cases.ts'
import { prometheus, read } from '../../../inventory/harness.ts'

const job = (...lines: readonly string[]) => [
  'scrape_configs:',
  '  - job_name: x',
  ...lines.map(line => `    ${line}`),
]

const errors: Readonly<Record<string, Case>> = {
  'a relative path, which starts beside the config': {
    text: prometheus('global: { query_log_file: §query.log }'),
    summary: /^query_log_file: Prometheus may not write to "\/etc\/prometheus\/query\.log"$/,
    remedy: /"\/var\/log\/prometheus\/query\.log".*install -d -o prometheus -g prometheus/,
  },
  'a path below the config': {
    text: prometheus('global: { scrape_failure_log_file: §/etc/prometheus/log/fail.log }'),
    summary: /^scrape_failure_log_file: Prometheus may not write to/,
  },
  'a path of one job that leads back to the config': {
    text: prometheus(...job('scrape_failure_log_file: §/var/log/../../etc/prometheus/x.log')),
    summary: /may not write to "\/etc\/prometheus\/x\.log"/,
  },
  'a directory': {
    text: prometheus('global: { query_log_file: §/var/log/prometheus/ }'),
    summary: /expected the path of a file/,
  },
}

describe('files that Prometheus writes itself', () => {
  for (const [name, each] of Object.entries(errors)) {
    it(`are refused at ${name}`, () => tells(each))
  }

  it('are those of queries and of failed scrapes, of all jobs and of one', async () => {
    const { inventory, problems } = await read(
      prometheus(
        'global: { query_log_file: /var/log/prometheus/query.log, scrape_failure_log_file: /srv/log/fail.log }',
        ...job('scrape_failure_log_file: /var/log/prometheus/../jobs/x.log'),
      ),
    )
    assert.deepEqual(problems, [])
    assert.deepEqual(logFiles(inventory?.cells[0]?.prometheus ?? assert.fail()), [
      '/srv/log/fail.log',
      '/var/log/jobs/x.log',
      '/var/log/prometheus/query.log',
    ])
  })

  it('are those of a job in a file too', async () => {
    const text = prometheus('scrape_config_files: [jobs/*.yml]')
    const jobs = (path: string) => ({
      'jobs/a.yml': `scrape_configs:\n  - { job_name: x, scrape_failure_log_file: ${path} }\n`,
    })
    const { inventory, problems } = await read(text, jobs('/srv/log/x.log'))
    assert.deepEqual(problems, [])
    assert.deepEqual(logFiles(inventory?.cells[0]?.prometheus ?? assert.fail()), ['/srv/log/x.log'])
    for (const [path, absolute] of [
      ['x.log', '/etc/prometheus/scrape_configs/x.log'],
      ['/etc/prometheus/y.log', '/etc/prometheus/y.log'],
    ] as const)
      assert.deepEqual(
        (await read(text, jobs(path))).problems.map(({ summary, source }) => [
          summary,
          source?.file.replace(/.*\/(?=jobs\/)/, ''),
          source?.line,
        ]),
        [[`scrape_failure_log_file: Prometheus may not write to "${absolute}"`, 'jobs/a.yml', 2]],
      )
  })

  it('are warned of where only Prometheus would see them', async () => {
    const { inventory, problems } = await read(prometheus('global: { query_log_file: /tmp/query.log }'))
    assert.deepEqual(
      problems.map(({ severity, summary, source }) => [severity, summary, source?.column]),
      [
        [
          'warning',
          'query_log_file: "/tmp/query.log" is seen by Prometheus only, and lost when it stops',
          33,
        ],
      ],
    )
    assert.deepEqual(logFiles(inventory?.cells[0]?.prometheus ?? assert.fail()), [])
  })
})

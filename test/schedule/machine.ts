/** A machine that only remembers what it was asked, with a directory of its own for unit files. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Schedule } from '../../src/schedule/model.ts'
import type { Machine, SystemctlOutcome } from '../../src/schedule/systemd/systemd.ts'

export interface Pretended extends Machine {
  readonly asked: string[]
  /** What the first command line that matches is answered; others succeed without a word. */
  readonly answers: (readonly [RegExp, Partial<SystemctlOutcome>])[]
  readonly end: () => Promise<void>
}

export async function pretend(rest: Partial<Machine> = {}): Promise<Pretended> {
  const directory = await mkdtemp(join(tmpdir(), 'promha-units-'))
  const asked: string[] = []
  const answers: (readonly [RegExp, Partial<SystemctlOutcome>])[] = []
  return {
    scope: 'system',
    home: '/root',
    user: 'root',
    unitDirectory: directory,
    lingers: async () => true,
    run: async (program, ...args) => {
      const line = [program, ...args].join(' ')
      asked.push(line)
      const answer = answers.find(([pattern]) => pattern.test(line))?.[1]
      return { code: 0, stdout: '', stderr: '', ...answer }
    },
    ...rest,
    asked,
    answers,
    end: () => rm(directory, { recursive: true, force: true }),
  }
}

export const schedule: Schedule = {
  name: 'promha-drift-shop-inventory-1f2e3d4c',
  scope: 'system',
  inventory: '/srv/shop/inventory.yml',
  every: 15 * 60_000,
  fix: true,
  program: ['/usr/bin/node', '/opt/promha/dist/promha.js'],
  home: '/root',
}

/** Every command with its line of `--help`; the file of the one that is asked for is loaded, and no other. */
import type { Command } from 'commander'

interface Entry {
  readonly usage: string
  readonly summary: string
  readonly load: () => Promise<{ readonly command: () => Command }>
}

export const commands: Readonly<Record<string, Entry>> = {
  validate: {
    usage: '[inventory]',
    summary: 'check everything that can be checked without touching a host',
    load: () => import('./validate.ts'),
  },
  plan: {
    usage: '[inventory]',
    summary: 'show what apply would change; reads hosts, changes nothing',
    load: () => import('./plan.ts'),
  },
  apply: {
    usage: '[inventory]',
    summary: 'converge the hosts in a safe order, then verify',
    load: () => import('./apply.ts'),
  },
  verify: {
    usage: '[inventory]',
    summary: 'prove that the running stack is highly available; reads only',
    load: () => import('./verify.ts'),
  },
  status: {
    usage: '[inventory]',
    summary: 'one table: what runs where, its version, health, replica and last change',
    load: () => import('./status.ts'),
  },
  drift: {
    usage: '[inventory]',
    summary: 'for schedulers: compare, report by lines, and with --fix repair',
    load: () => import('./drift.ts'),
  },
  schedule: {
    usage: '<command> [inventory]',
    summary: 'run drift by a systemd timer on this machine: install, status, remove',
    load: () => import('./schedule.ts'),
  },
  rollback: {
    usage: '[inventory]',
    summary: 'undo the last run on the chosen hosts, then verify',
    load: () => import('./rollback.ts'),
  },
  destroy: {
    usage: '[inventory]',
    summary: 'stop and remove all that promha owns on the chosen hosts; keeps the data unless told',
    load: () => import('./destroy.ts'),
  },
  artifacts: {
    usage: '<command> [inventory]',
    summary: 'the programs: fetch, list and trust them',
    load: () => import('./artifacts.ts'),
  },
  lab: {
    usage: '<command>',
    summary: 'real local hosts to try it all on: up, down, status, ssh',
    load: () => import('./lab.ts'),
  },
}

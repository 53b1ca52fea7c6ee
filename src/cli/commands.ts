/** Every command with its line of `--help`; the file of the one that is asked for is loaded, and no other. */
import type { Command } from 'commander'

export interface Entry {
  readonly usage: string
  readonly summary: string
  readonly load: () => Promise<{ readonly command: () => Command }>
}

export const commands: Readonly<Record<string, Entry>> = {
  validate: {
    usage: '<inventory>',
    summary: 'check everything that can be checked without touching a host',
    load: () => import('./validate.ts'),
  },
  plan: {
    usage: '<inventory>',
    summary: 'show what apply would change; reads hosts, changes nothing',
    load: () => import('./plan.ts'),
  },
  apply: {
    usage: '<inventory>',
    summary: 'converge the hosts in a safe order, then verify',
    load: () => import('./apply.ts'),
  },
  verify: {
    usage: '<inventory>',
    summary: 'prove that the running stack is highly available; reads only',
    load: () => import('./verify.ts'),
  },
  status: {
    usage: '<inventory>',
    summary: 'one table: what runs where, its version, health, replica and last change',
    load: () => import('./status.ts'),
  },
  artifacts: {
    usage: '<command> <inventory>',
    summary: 'the programs: fetch and list them',
    load: () => import('./artifacts.ts'),
  },
  lab: {
    usage: '<command>',
    summary: 'real local hosts to try it all on: up, down, status, ssh',
    load: () => import('./lab.ts'),
  },
}

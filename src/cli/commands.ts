/** Every command with its line of `--help`; the file of the one that is asked for is loaded, and no other. */
import type { Command } from 'commander'

interface Entry {
  /** Its arguments: an inventory, unless it says otherwise. */
  readonly usage?: string
  readonly summary: string
  readonly load: () => Promise<{ readonly command: () => Command }>
}

export const commands: Readonly<Record<string, Entry>> = {
  validate: {
    summary: 'check everything that can be checked without touching a host',
    load: () => import('./command/validate.ts'),
  },
  plan: {
    summary: 'show what apply would change; reads hosts, changes nothing',
    load: () => import('./command/plan.ts'),
  },
  apply: {
    summary: 'converge the hosts in a safe order, then verify',
    load: () => import('./command/apply.ts'),
  },
  verify: {
    summary: 'prove that the running stack is highly available; reads only',
    load: () => import('./command/verify.ts'),
  },
  status: {
    summary: 'one table: what runs where, its version, health, replica and last change',
    load: () => import('./command/status.ts'),
  },
  drift: {
    summary: 'for schedulers: compare, report by lines, and with --fix repair',
    load: () => import('./command/drift.ts'),
  },
  schedule: {
    usage: '<command> [inventory]',
    summary: 'run drift by a systemd timer on this machine: install, status, remove',
    load: () => import('./command/schedule.ts'),
  },
  rollback: {
    summary: 'undo the last run on the chosen hosts, then verify',
    load: () => import('./command/rollback.ts'),
  },
  destroy: {
    summary: 'stop and remove all that promha owns on the chosen hosts; keeps the data unless told',
    load: () => import('./command/destroy.ts'),
  },
  artifacts: {
    usage: '<command> [inventory]',
    summary: 'the programs: fetch, list and trust them',
    load: () => import('./command/artifacts.ts'),
  },
  graph: {
    summary: 'the topology as a picture: SVG, DOT or Mermaid; reads the inventory only',
    load: () => import('./graph/command.ts'),
  },
  lab: {
    usage: '<command>',
    summary: 'real local hosts to try it all on: up, down, status, ssh',
    load: () => import('./command/lab.ts'),
  },
  completion: {
    usage: '<shell>',
    summary: 'print the script by which bash, zsh or fish completes what you type',
    load: () => import('./completion/print-script.ts'),
  },
}

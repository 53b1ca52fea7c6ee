/** The words of the problems whose topic is `schedule`. */
import { messages } from '../diagnostic/problem.ts'

export const scheduleProblem = messages('schedule', {
  badEnvironmentFile: (path: string, what: string, remedy: string) => ({
    summary: `the environment file ${path} ${what}`,
    remedy,
  }),
  badEnvironmentLine: (line: number, what: string) => ({
    summary: `line ${line} of the environment file ${what}`,
    remedy: 'Write NAME=VALUE. Put a value of several lines in quotes.',
  }),
  metricsUnwritable: (path: string, message: string) => ({
    summary: `${path}: the metrics cannot be written: ${message}`,
    remedy: 'Name the directory that node_exporter reads (--collector.textfile.directory).',
  }),
  badInterval: (every: string) => ({
    summary: `--every ${every}: a schedule runs every minute at most and every seven days at least`,
    remedy: 'Give an interval from 1m to 7d, such as 15m.',
  }),
  noSystemd: () => ({
    summary: 'this machine does not run systemd as its init, and a schedule is a systemd timer',
    remedy: 'Run `promha drift INVENTORY --fix` by the scheduler that is there, cron for one.',
  }),
  noUserManager: (user: string, stderr: string) => ({
    summary: `systemd runs no manager for the user ${user}`,
    detail: stderr.trim(),
    remedy: 'Log in as that user directly, not by su or sudo, or run `promha schedule` as root.',
  }),
  systemctlFailed: (args: readonly string[], code: number | undefined, stderr: string) => ({
    summary: `systemctl ${args.join(' ')} ended with ${code ?? 'a signal'}`,
    detail: stderr.trim(),
    remedy:
      'Fix what it says, then run the command again. `promha schedule status` tells what is installed now.',
  }),
  fileNotOurs: (path: string, why: string, remedy: string) => ({
    summary: `a scheduled run would use ${path}, which ${why}`,
    remedy,
  }),
  rehearsalFailed: (ended: string, said: readonly string[]) => ({
    summary: `a plan in the schedule's own environment ${ended}; nothing was installed`,
    detail: said.join('\n').split('\n').slice(-40).join('\n'),
    remedy:
      'Give it keys as files and its secrets by --environment-file: the run has no terminal, no ssh-agent and, as root, few capabilities and no namespaces.',
  }),
  unitUnreadable: (path: string, message: string) => `${path} cannot be read: ${message}`,
  foreignUnit: (path: string) => ({
    summary: `${path} was not made by promha schedule`,
    remedy: 'Move it away first, if it is not needed.',
  }),
  pathNotInUnit: (path: string) => `a unit file cannot hold the path ${JSON.stringify(path)}`,
  lingeringOff: (user: string) => ({
    severity: 'warning',
    summary: `lingering is off for the user ${user}: nothing runs while this user is not logged in`,
    remedy: `Run \`loginctl enable-linger ${user}\` as root.`,
  }),
  unitUnwritable: (path: string, why: string) => `${path} cannot be written: ${why}`,
})

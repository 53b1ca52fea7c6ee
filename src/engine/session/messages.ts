/** The words of the problems whose topic is `session`: what is seen of a host at first. */
import { messages, type Problem, type Texts } from '../../diagnostic/problem.ts'
import { recordPath } from '../../shell/syntax/layout.ts'

export const sessionProblem = messages('session', {
  notObserved: (why: string, more: Pick<Problem, 'detail'>) => ({
    summary: `the host could not be observed: ${why}`,
    ...more,
    remedy: 'Log in by hand and see whether /bin/sh, coreutils, grep and systemctl work there.',
  }),
  unexpected: (host: string, what: string, said: string) => ({
    summary: `${host}: promha cannot ${what}: ${said}`,
    remedy: `Log in to ${host} and check that it is healthy. If it is, report this message as a bug of promha.`,
  }),
  recordDamaged: (component: string) => ({
    severity: 'warning',
    summary: `promha's note of what it owns of ${component} cannot be read`,
    detail: recordPath(component),
    remedy:
      'The next apply that changes it writes it again; what had left the inventory before is yours to remove by hand.',
  }),
  recordMisnamed: (component: string, unit: string, own: string) => ({
    severity: 'warning',
    summary: `promha's note of ${component} names a unit that is not its own: ${unit}`,
    detail: `${recordPath(component)}: promha ignores that name and uses ${own}.`,
    remedy:
      'Find out who changed that file: only root can. The next apply that changes the component writes it again.',
  }),
  noSystemd: () => ({
    summary: 'the host does not run systemd, which starts and supervises all that promha installs',
    remedy: 'Use a host whose init is systemd.',
  }),
  notRoot: () => ({
    summary: 'promha is not root there',
    detail: 'The user it logs in as is not root, and `sudo: false` forbids it to become root.',
    remedy: 'Set `sudo: true` under `ssh:`, or log in as root.',
  }),
  notInstalled: (named: readonly string[]) => ({
    severity: 'warning',
    summary: `not checked, because the run failed before it was installed: ${named.join('; ')}`,
    remedy: 'Run `promha apply` again to install and check what is missing.',
  }),
  unitMasked: (unit: string, host: string) => ({
    severity: 'warning',
    summary: `${unit} on ${host} is masked; apply unmasks it`,
    remedy: `To keep it masked, leave ${host} out with --limit '!${host}', or remove the component from this host in the inventory.`,
  }),
  settingReplaced: (the: Texts<'unit' | 'host' | 'setting' | 'effect'> & { paths: readonly string[] }) => ({
    severity: 'warning',
    summary: `a drop-in of ${the.unit} on ${the.host} replaces ${the.setting}`,
    detail: `${the.paths.join(', ')}: ${the.effect}`,
    remedy: `Remove that setting on ${the.host}, then run \`systemctl daemon-reload && systemctl restart ${the.unit}\` there.`,
  }),
  nameUnresolved: (what: string, host: string, advertised: string | undefined) => {
    const chosen =
      advertised === undefined
        ? `Alertmanager on ${host} advertises the first private address that it finds, and does not start without one.`
        : `Alertmanager on ${host} advertises ${advertised}.`
    return {
      severity: 'warning',
      summary: what,
      detail: `A loopback address does not count. ${chosen}`,
      remedy: `Set the \`address:\` of ${host} to its IP address in the inventory; the name can stay under its \`ssh: host:\`.`,
    }
  },
})

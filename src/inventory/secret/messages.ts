/** The words of the problems whose topic is `secret`. */
import { messages, type Texts } from '../../diagnostic/problem.ts'
import { quoted } from '../text/place.ts'
import { forms } from './references.ts'

export const secretProblem = messages('secret', {
  referenceNotAllowed: (path: readonly (string | number)[], text: string, mirror: boolean) => ({
    summary: `${path.join('.')} cannot contain the reference ${quoted(text)}`,
    detail: mirror
      ? "References are allowed only in the user part of a mirror's URL, so that no secret becomes part of a host name or a path."
      : 'promha reads this value itself, and may resolve it, send it or show it. References are allowed in `ssh.sudo.password`, and inline in scrape_configs, remote_write, remote_read, storage, tracing, otlp, runtime, alert_relabel_configs, alertmanagers, alertmanager.config, blackbox.modules, the config of exporters, and environment.',
    remedy: mirror
      ? 'Write it as in https://${env:USER}:${env:PASSWORD}@HOST/PATH, or write the value itself.'
      : 'Write the value itself.',
  }),
  badReference: (text: string, fault: string, remedy: string) => ({
    summary: `${quoted(text)} ${fault}`,
    remedy,
  }),
  unresolved: (text: string, failure: string, rest: { detail?: string; remedy?: string }) => ({
    summary: `${quoted(text)}: ${failure}`,
    ...rest,
  }),
  unresolvedYet: (text: string, failure: string, remedy: string) => ({
    severity: 'warning',
    summary: `${quoted(text)}: ${failure}`,
    remedy,
  }),
  fileNotExpanded: (shown: string, secret: boolean, inlineTakesIt: boolean) => ({
    severity: 'warning',
    summary: `${quoted(shown)} is not expanded, because it is in a file that the inventory names`,
    remedy: secret
      ? 'Use the key that reads a file (password_file and the like), or write this config inline in the inventory.'
      : inlineTakesIt
        ? 'Write the value itself, or write this config inline in the inventory.'
        : 'Write the value itself.',
  }),
  secretInFlag: (
    the: Texts<'bare' | 'of'> & {
      secret: boolean
      secretFlag: string | undefined
      credentials: string | undefined
    },
  ) => ({
    summary: `the flag ${quoted(the.bare)} of ${the.of} shows a secret in the command line`,
    detail: 'Every user of a host can read the command lines of all programs that run there.',
    remedy: (the.secret ? the.secretFlag : the.credentials) ?? 'Remove the password from this address.',
  }),
  nearReference: (shown: string, form: string | undefined, variable: string | undefined) => ({
    severity: 'warning',
    summary: `${quoted(shown)} is not a reference, so it is used as it stands`,
    remedy: form
      ? `Did you mean ${variable ? `\${env:${variable}}, the variable of the machine that runs promha` : form}?`
      : `References are ${Object.values(forms).join(', ')}. Write one of these, or the value itself.`,
  }),
})

import { flatRelease } from '../release.ts'
import { exporter, plainOnly } from './definition.ts'

export const fail2banExporter = exporter({
  key: 'fail2ban',
  of: 'fail2ban',
  release: {
    version: '0.10.3',
    // Its project has another name than its archives.
    upstream: flatRelease('hctrdev/fail2ban_exporter', {
      base: 'https://gitlab.com',
      folder: 'hctrdev/fail2ban-prometheus-exporter/-/releases/v$V/downloads',
    }),
  },
  port: 9191,
  rules: { file: 'exporters/rules/fail2ban.yml' },
  // Only root may use the socket, which fail2ban creates again at each start. Root needs no capability for that.
  user: 'root',
  switches: 'go',
  own: { 'web.basic-auth*': plainOnly },
})

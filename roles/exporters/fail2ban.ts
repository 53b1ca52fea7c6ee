import { flatRelease } from '../release.ts'
import { exporter, plainOnly } from './definition.ts'

export const fail2banExporter = exporter({
  key: 'fail2ban',
  of: 'fail2ban',
  manual: 'https://gitlab.com/hctrdev/fail2ban-prometheus-exporter',
  release: {
    version: '0.10.3',
    upstream: {
      ...flatRelease('hctrdev/fail2ban-prometheus-exporter', 'fail2ban_exporter'),
      base: 'https://gitlab.com',
      folder: 'hctrdev/fail2ban-prometheus-exporter/-/releases/v$V/downloads',
    },
  },
  port: 9191,
  // Only root may use the socket, which fail2ban creates again at each start. Root needs no capability for that.
  user: 'root',
  own: { 'web.basic-auth*': plainOnly },
})

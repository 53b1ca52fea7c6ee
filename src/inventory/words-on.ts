/** The settings of one host of a component. */
import type { AlertmanagerSettings, CommonSettings, Endpoint, HostSettings } from './model.ts'

/** Where the component listens on the host, and its flags there. */
export function wordsOn(settings: CommonSettings, host: string): HostSettings {
  const { listen, flags, environment, limits, perHost = {} } = settings
  return (
    (Object.hasOwn(perHost, host) ? perHost[host] : undefined) ?? {
      listen,
      flags,
      ...(environment ? { environment } : {}),
      ...(limits ? { limits } : {}),
    }
  )
}

/** Where the Alertmanager of the host listens for the other Alertmanagers. */
export function clusterListenOn(settings: AlertmanagerSettings, host: string): Endpoint {
  return wordsOn(settings, host).clusterListen ?? settings.clusterListen
}

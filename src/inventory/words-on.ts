/** What one host of a component has, of the words that every component takes. */
import type { AlertmanagerSettings, CommonSettings, Endpoint, HostSettings } from './model.ts'

/** Where the component listens on that host, and its flags there. */
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

/** Where the Alertmanager of that host listens for the others. */
export function clusterListenOn(settings: AlertmanagerSettings, host: string): Endpoint {
  return wordsOn(settings, host).clusterListen ?? settings.clusterListen
}

/** The settings of one host of a component. */
import type { AlertmanagerSettings, CommonSettings, Endpoint, HostSettings } from './model.ts'

/** Where the component listens on the host, and its flags there. */
export function wordsOn(settings: CommonSettings, host: string): HostSettings {
  const { listen, flags, perHost = {} } = settings
  return (Object.hasOwn(perHost, host) ? perHost[host] : undefined) ?? { listen, flags }
}

/** Where the Alertmanager of the host listens for the other Alertmanagers. */
export function clusterListenOn(settings: AlertmanagerSettings, host: string): Endpoint {
  return wordsOn(settings, host).clusterListen ?? settings.clusterListen
}

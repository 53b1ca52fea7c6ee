/** The settings of one host of a component. */
import { defined } from '../../diagnostic/defined.ts'
import type { CommonSettings, HostSettings, PlacedEndpoint, UserFile } from '../model.ts'

type Words = Omit<CommonSettings, 'files'>
type Files = Pick<CommonSettings, 'files' | 'perHost'>

/** Where the component listens on the host, and its flags there. */
export function wordsOn(settings: Words, host: string): HostSettings {
  const { listen, alsoListen, flags, environment, limits } = settings
  return ownWords(settings, host) ?? { listen, flags, ...defined({ alsoListen, environment, limits }) }
}

function ownWords({ perHost = {} }: Pick<CommonSettings, 'perHost'>, host: string): HostSettings | undefined {
  return Object.hasOwn(perHost, host) ? perHost[host] : undefined
}

/** All addresses on which the component listens on the host; the first is the one at which others reach it. */
export function listensOn(settings: Words, host: string): readonly [PlacedEndpoint, ...PlacedEndpoint[]] {
  const { listen, alsoListen = [] } = wordsOn(settings, host)
  return [listen, ...alsoListen]
}

/** The user's files on the host. One under `per_host` replaces the component's own of the same name. */
export function filesOn(settings: Files, host: string): readonly UserFile[] {
  const { files = [] } = settings
  const own = ownWords(settings, host)?.files ?? []
  return [...files.filter(({ name }) => !own.some(other => other.name === name)), ...own]
}

/** Those that each of the hosts has under the same name. */
export function filesOnAll(settings: Files, hosts: readonly string[]): readonly UserFile[] {
  const [first = settings.files ?? [], ...others] = hosts.map(host => filesOn(settings, host))
  return first.filter(({ name }) => others.every(files => files.some(other => other.name === name)))
}

/** Whether the config, one of these files or any host's own was read from outside the inventory's directory. */
export function holdsOutside(
  { outside, files = [], perHost = {} }: Files & { readonly outside?: true },
  others: readonly UserFile[] = [],
): boolean {
  const own = Object.values(perHost).flatMap(words => words.files ?? [])
  return outside === true || [...others, ...files, ...own].some(file => file.outside)
}

/** Where the Alertmanager of the host listens for the other Alertmanagers. */
export function clusterListenOn(
  settings: Words & { clusterListen: PlacedEndpoint },
  host: string,
): PlacedEndpoint {
  return wordsOn(settings, host).clusterListen ?? settings.clusterListen
}

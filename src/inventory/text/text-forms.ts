/** What to write instead of a number, true or false, by key: of some keys a value in quotes would be wrong too. */
import { definitions } from '../../../roles/index.ts'

const endpoint = (value: unknown) =>
  `Write "self:${typeof value === 'number' ? value : 'PORT'}" for each host's own address, or ADDRESS:PORT.`
const duration = (value: unknown) => `Write a duration: "${typeof value === 'number' ? value : 30}s".`
const ruled = definitions.flatMap(({ exporter }) => (exporter?.rules ? [exporter.key] : []))

export const textForms: ReadonlyMap<string, (value: unknown) => string> = new Map([
  ['listen', endpoint],
  ['cluster_listen', endpoint],
  ['interval', duration],
  ['timeout', duration],
  ['vip', () => 'Write ADDRESS/PREFIX, like 192.0.2.10/24.'],
  ['standard_rules', () => `Write "all", or a list of ${ruled.join(', ')}.`],
])

/** What a picture shows, in words, for readers who cannot see it. */
import type { CellGraph, Graph } from '../topology/graph/graph.ts'

/** One sentence for each thing that matters. */
export function describeGraph({ cells, between }: Graph): string {
  const far = between.map(({ from, to, label }) => `${label} from cell ${from} to cell ${to}.`)
  return [...cells.flatMap(cellSentences), ...far].join(' ')
}

function cellSentences({ name, addresses, hosts, edges }: CellGraph): readonly string[] {
  const known = new Map(
    hosts.flatMap(host => host.programs.map(one => [one.id, `${one.label} on ${host.label}`])),
  )
  return [
    `Cell ${name}:`,
    ...hosts.map(({ label, programs }) => {
      const run = programs.map(one => `${one.label} ${one.detail}`).join(', ')
      return `${label} ${run === '' ? 'has no programs' : `has ${run}`}.`
    }),
    ...addresses.map(({ label, detail }) => `${label} is the address for ${detail}.`),
    ...edges
      .filter(({ mutual }) => mutual)
      .map(({ from, to, label }) => `${known.get(from)} and ${known.get(to)}: ${label}.`),
  ]
}

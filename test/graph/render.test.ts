import assert from 'node:assert/strict'
import { renderGraph } from '../../src/graph/render.ts'
import type { Graph } from '../../src/topology/graph/graph.ts'
import { graphOf, graphWith, shipped } from '../topology/graph/sites.ts'

const hostile = '"><script>alert(1)</script>&]]>\u0007\\"; end\n'
const forms = ['svg', 'dot', 'mermaid'] as const

function nodesOf({ cells }: Graph) {
  return cells.flatMap(({ addresses, hosts }) => [...addresses, ...hosts.flatMap(({ programs }) => programs)])
}

/** Every tag is closed in order, and no character stands bare that XML takes for markup. */
function assertXml(text: string): void {
  const open: string[] = []
  const rest = text.replace(
    /<(\/?)([a-z]+)((?:\s[\w:-]+="[^"<&]*(?:&#\d+;[^"<&]*)*")*)(\/?)>/g,
    (_, ends, name, _all, empty) => {
      if (ends) assert.equal(open.pop(), name)
      else if (!empty) open.push(name)
      return ''
    },
  )
  assert.deepEqual(open, [])
  assert.doesNotMatch(rest, /[<]|&(?!#\d+;)/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  assert.doesNotMatch(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
}

describe('a picture', () => {
  for (const name of shipped)
    it(`of ${name} is XML, has each box once, and is the same each time`, async () => {
      const graph = await graphOf(name)
      const svg = renderGraph(graph, 'svg')
      assertXml(svg)
      for (const { id } of [...nodesOf(graph), ...graph.cells.flatMap(({ hosts }) => hosts)])
        assert.equal(svg.split(`data-id="${id}"`).length, 2, id)
      for (const form of forms) assert.equal(renderGraph(await graphOf(name), form), renderGraph(graph, form))
    })

  it('says in words what it shows', () => {
    const [, said = ''] = /<desc id="desc">(.*)<\/desc>/.exec(renderGraph(graphWith(['app-1']), 'svg')) ?? []
    assert.match(said, /Prometheus a on mon-a and Prometheus b on mon-b: watch each other\./)
    assert.match(said, /app-1 has node ×1\./)
  })

  it('lets no name break out, as SVG', () => {
    const svg = renderGraph(graphWith([hostile], hostile), 'svg')
    assertXml(svg)
    assert.doesNotMatch(svg, /<script/)
  })

  it('lets no name break out, as DOT', () => {
    const dot = renderGraph(graphWith([hostile], hostile), 'dot')
    const bare = dot.replace(/"(?:[^"\\\n]|\\.)*"/g, 'X')
    assert.doesNotMatch(bare, /["\\<]|script/)
    assert.equal(bare.split('{').length, bare.split('}').length)
  })

  it('lets no name break out, as Mermaid', () => {
    const mermaid = renderGraph(graphWith([hostile], hostile), 'mermaid')
    assert.doesNotMatch(
      mermaid.replaceAll('<br>', '').replaceAll('<-->', '').replaceAll('-->', ''),
      /[<>\\&]/,
    )
    const [opened, ended] = [/^ *subgraph /gm, /^ *end$/gm].map(lines => mermaid.match(lines)?.length)
    assert.equal(opened, ended)
  })

  it('has each program and each edge as DOT and as Mermaid', async () => {
    const graph = await graphOf('two-regions.yml')
    const edges = graph.between.length + graph.cells.flatMap(cell => cell.edges).length
    const dot = renderGraph(graph, 'dot')
    for (const { id } of nodesOf(graph))
      assert.equal(dot.split('\n').filter(line => line.trim().startsWith(`"${id}" [label`)).length, 1, id)
    assert.equal(dot.split(' -> ').length - 1, edges)
    const mermaid = renderGraph(graph, 'mermaid')
    assert.equal(mermaid.match(/-->\|/g)?.length, edges)
    assert.equal(mermaid.match(/^ +n\d+\(?\["/gm)?.length, nodesOf(graph).length)
  })
})

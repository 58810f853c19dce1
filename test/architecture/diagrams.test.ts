import { globSync, readFileSync } from 'node:fs'
import { canTransitionPurchase } from '#entities/billing/purchase-state.js'
import { canTransitionChange } from '#entities/billing/subscription-change-state.js'
import { canTransitionCommand } from '#entities/deployments/command-state.js'

type CanTransition = (from: never, to: never) => boolean

/** Folders whose README draws the statuses of an object, and the transitions in code. */
const DIAGRAMS: readonly (readonly [path: string, canTransition: CanTransition])[] = [
  ['src/services/billing/purchases/README.md', canTransitionPurchase],
  ['src/services/billing/subscriptions/README.md', canTransitionChange],
  ['src/services/deployments/commands/README.md', canTransitionCommand],
]

describe('diagrams', () => {
  it.each(DIAGRAMS)('%s draws exactly the transitions in code', (path, canTransition) => {
    const drawn = arrowsOf(readFileSync(path, 'utf8'))
    const statuses = [...new Set(drawn.flat())]
    const possible = statuses.flatMap((from) =>
      statuses.filter((to) => canTransition(from as never, to as never)).map((to) => [from, to]),
    )
    expect(statuses.length).toBeGreaterThan(4)
    expect(drawn.map(String).toSorted()).toEqual(possible.map(String).toSorted())
  })

  it('are Mermaid blocks of a known kind', () => {
    const pages = globSync('{docs,src}/**/*.md').map((path) => [path, readFileSync(path, 'utf8')] as const)
    const blocks = pages.flatMap(([path, text]) =>
      [...text.matchAll(/^```mermaid\n([^]*?)^```/gm)].map(([, block]) => [path, block!.split('\n')[0]!] as const),
    )
    expect(blocks.length).toBeGreaterThan(10)
    expect(blocks.filter(([, first]) => !/^(flowchart TD|stateDiagram-v2|sequenceDiagram)$/.test(first))).toEqual([])
  })
})

/** Arrows between statuses of the state diagram of a page. */
function arrowsOf(text: string): [from: string, to: string][] {
  const [, diagram = ''] = /^```mermaid\nstateDiagram-v2\n([^]*?)^```/m.exec(text) ?? []
  return [...diagram.matchAll(/^ {2}([A-Z_]+) --> ([A-Z_]+)/gm)].map(([, from, to]) => [from!, to!])
}

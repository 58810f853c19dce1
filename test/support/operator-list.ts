import type { TestServer } from './test-server.js'

interface ListPage<Node> {
  readonly nodes: readonly Node[]
  readonly totalCount: number
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean }
}

/** A list of the installation as an operator reads it. */
export function operatorList<Node>(server: TestServer, operator: string, field: string, selection: string) {
  const page = async (args = ''): Promise<ListPage<Node>> => {
    const { data, errors } = await server.graphql<Record<string, ListPage<Node>>>(
      `{ ${field}${args && `(${args})`} { totalCount pageInfo { endCursor hasNextPage } nodes { ${selection} } } }`,
      {},
      operator,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data[field]!
  }
  return {
    page,
    /** All items, read in pages of two. */
    async all(args = ''): Promise<Node[]> {
      const nodes: Node[] = []
      let after: string | null = null
      do {
        const next = await page([args, 'first: 2', ...(after ? [`after: "${after}"`] : [])].filter(Boolean).join(', '))
        nodes.push(...next.nodes)
        after = next.pageInfo.hasNextPage ? next.pageInfo.endCursor : null
      } while (after)
      return nodes
    },
  }
}

// Reads the products in two pages, and prints the codes that the cache of a client then has in one list. Arguments: the client, and the URL.
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { relayStylePagination } from '@apollo/client/utilities'
import relay from 'relay-runtime'
import { loadAsCommonJs } from './load-as-common-js.mjs'

const { createOperationDescriptor, Environment, fetchQuery, Network, RecordSource, Store } = relay

const clients = {
  async apollo(uri) {
    const typePolicies = { Query: { fields: { products: relayStylePagination() } } }
    const client = new ApolloClient({ cache: new InMemoryCache({ typePolicies }), link: new HttpLink({ uri }) })
    const query = gql`
      query Products($first: Int!, $after: String) {
        products(first: $first, after: $after) {
          edges {
            cursor
            node {
              ... on Product {
                id
                code
              }
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    `
    const read = (variables) => client.query({ query, variables, fetchPolicy: 'network-only' })
    const { data } = await read({ first: 1 })
    await read({ first: 1, after: data.products.pageInfo.endCursor })
    return client.readQuery({ query, variables: { first: 1 } }).products.edges
  },
  async relay(url) {
    const environment = new Environment({
      store: new Store(new RecordSource()),
      network: Network.create(async ({ text: query }, variables) => {
        const headers = { 'content-type': 'application/json' }
        return (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })).json()
      }),
    })
    const query = loadAsCommonJs('./generated/relay/__generated__/accountPageProductsQuery.graphql.ts').default
    const read = (variables) => fetchQuery(environment, query, variables).toPromise()
    const edges = () => environment.lookup(createOperationDescriptor(query, { first: 1 }).fragment).data.products.edges
    const { products } = await read({ first: 1 })
    environment.retain(createOperationDescriptor(query, { first: 1 }))
    await read({ first: 1, after: products.edges[0].cursor })
    return edges()
  },
}
const [client, url] = process.argv.slice(2)
const edges = await clients[client](url)
process.stdout.write(`${JSON.stringify(edges.map(({ node }) => node.code))}\n`)
process.exit()

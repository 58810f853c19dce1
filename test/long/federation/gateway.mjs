// Composes Stackgate with the tickets, and serves both through Apollo's gateway. Arguments: the URL of Stackgate, and the tickets as
// JSON. Writes one line of JSON to stdout when it serves, and one for each request to a subgraph. Ends with its stdin.
import { composeServices } from '@apollo/composition'
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { parse, printSchema } from 'graphql'
import { startTickets, typeDefs } from './tickets.mjs'

const [stackgateUrl, tickets] = process.argv.slice(2)
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

const { url: ticketsUrl } = await startTickets(JSON.parse(tickets))
const response = await fetch(stackgateUrl, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: '{ _service { sdl } }' }),
})
const { data } = await response.json()

const begin = performance.now()
const composed = composeServices([
  { name: 'stackgate', url: stackgateUrl, typeDefs: parse(data._service.sdl) },
  { name: 'tickets', url: ticketsUrl, typeDefs },
])
const milliseconds = performance.now() - begin
if (composed.errors) {
  say({ errors: composed.errors.map(({ message }) => message) })
  process.exit(1)
}

class Subgraph extends RemoteGraphQLDataSource {
  /** As docs/graphql-clients.md says: without it, every caller would be anonymous. */
  willSendRequest({ request, context }) {
    if (context.authorization) request.http.headers.set('authorization', context.authorization)
    const { representations } = request.variables ?? {}
    say({ to: this.url === stackgateUrl ? 'stackgate' : 'tickets', representations: representations?.length ?? null })
  }
}

const gateway = new ApolloGateway({
  supergraphSdl: composed.supergraphSdl,
  buildService: ({ url }) => new Subgraph({ url }),
})
const server = new ApolloServer({ gateway, introspection: true })
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
})
say({
  url,
  milliseconds: Math.round(milliseconds),
  hints: composed.hints.map(({ definition, message }) => `${definition.code}: ${message}`),
  api: printSchema(composed.schema.toAPISchema().toGraphQLJSSchema({ includeDefer: false })),
})
process.stdin.resume().once('end', () => process.exit())

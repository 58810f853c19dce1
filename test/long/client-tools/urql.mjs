import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core'
import { cacheExchange } from '@urql/exchange-graphcache'
import { introspectionFromSchema } from 'graphql'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { keysOf } from './keyless.ts'
import {
  conflictsOfPage,
  ENQUEUE,
  enqueueVariables,
  finish,
  hash,
  PAGE,
  schema,
  socketUrl,
  STATE,
  STATUS,
  token,
  url,
} from './steps.mjs'

const introspection = introspectionFromSchema(schema)
const socket = createClient({
  url: socketUrl,
  webSocketImpl: WebSocket,
  connectionParams: { Authorization: `Bearer ${token}` },
})
let requests = 0
const client = new Client({
  url,
  preferGetMethod: false,
  fetchOptions: () => ({ headers: { authorization: `Bearer ${token}` } }),
  fetch: (...args) => {
    requests += 1
    return fetch(...args)
  },
  exchanges: [
    cacheExchange({ schema: introspection, keys: keysOf(introspection) }),
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query, variables }) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
      }),
    }),
  ],
})
const must = ({ data, error }) => {
  if (error) throw error
  return data
}

const page = must(await client.query(gql(PAGE), { hash }).toPromise())
const after = page.deployment.cursor
const done = must(await client.mutation(gql(ENQUEUE), enqueueVariables).toPromise())
const { id } = done.enqueueCommand.command

// Read before, so that the cache knows the answer.
must(await client.query(gql(STATE), { id }).toPromise())
const statuses = []
const seen = new Promise((resolve) => {
  client.subscription(gql(STATUS), { hash, after }).subscribe(({ data }) => {
    if (!data) return
    const { status } = data.commandStatus.data
    statuses.push(status)
    if (status === 'CANCELED') resolve()
  })
})
must(
  await client
    .mutation(
      gql`
        mutation Cancel($id: ID!) {
          cancelCommand(id: $id) {
            command {
              id
            }
            denial {
              code
            }
          }
        }
      `,
      { id },
    )
    .toPromise(),
)
await seen
const before = requests
const state = must(await client.query(gql(STATE), { id }).toPromise())
const fromCache = requests === before
const again = must(await client.query(gql(PAGE), { hash }, { requestPolicy: 'network-only' }).toPromise())

finish({
  enqueued: done.enqueueCommand.command.__typename,
  statuses,
  cached: fromCache ? state.command.status : null,
  state: state.command.status,
  ...(await conflictsOfPage()),
  keys: [],
  listed: again.deployment.commands.nodes.map((command) => command.status),
})

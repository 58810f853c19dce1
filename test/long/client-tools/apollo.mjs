import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { OperationTypeNode } from 'graphql'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import {
  conflictsOfPage,
  ENQUEUE,
  enqueueVariables,
  finish,
  hash,
  PAGE,
  possibleTypes,
  socketUrl,
  STATE,
  STATUS,
  token,
  url,
} from './steps.mjs'

const socket = createClient({
  url: socketUrl,
  webSocketImpl: WebSocket,
  connectionParams: { Authorization: `Bearer ${token}` },
})
const client = new ApolloClient({
  cache: new InMemoryCache({ possibleTypes }),
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
    new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } }),
  ),
})

const { data: page } = await client.query({ query: gql(PAGE), variables: { hash } })
const after = page.deployment.cursor
const { data: done } = await client.mutate({ mutation: gql(ENQUEUE), variables: enqueueVariables })
const { id } = done.enqueueCommand.command

const statuses = []
const seen = new Promise((resolve) => {
  client.subscribe({ query: gql(STATUS), variables: { hash, after } }).subscribe(({ data }) => {
    const { status } = data.commandStatus.data
    statuses.push(status)
    if (status === 'CANCELED') resolve()
  })
})
await client.mutate({
  mutation: gql`
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
  variables: { id },
})
await seen
// The subscription changed the command in the cache, so that no request is needed.
const { data: state } = await client
  .query({ query: gql(STATE), variables: { id }, fetchPolicy: 'cache-only' })
  .catch(() => ({}))
const cached = client.cache.readFragment({
  id: `Command:${id}`,
  fragment: gql`
    fragment C on Command {
      id
      status
    }
  `,
})
const again = await client.query({ query: gql(PAGE), variables: { hash }, fetchPolicy: 'network-only' })

finish({
  enqueued: done.enqueueCommand.command.__typename,
  statuses,
  cached: cached?.status,
  state: state?.command?.status ?? null,
  ...(await conflictsOfPage()),
  keys: Object.keys(client.cache.extract()).filter((key) => key.includes(':')),
  listed: again.data.deployment.commands.nodes.map((command) => command.status),
})

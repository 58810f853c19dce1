// Another subgraph, as a company would write it: tickets about the objects of Stackgate.
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse } from 'graphql'

export const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])

  type Query {
    tickets(first: Int = 50): TicketConnection!
    ticket(id: ID!): Ticket
  }
  type Ticket @key(fields: "id") {
    id: ID!
    subject: String!
    account: Account
    deployment: Deployment
    command: Command
    agent: Agent
    plan: Plan
    template: Template
  }
  type TicketConnection { nodes: [Ticket!]! pageInfo: PageInfo! }
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
  type Account @key(fields: "id") { id: ID! tickets: [Ticket!]! }
  type Deployment @key(fields: "hash") { hash: String! tickets: [Ticket!]! }
  type Command @key(fields: "id", resolvable: false) { id: ID! }
  type Agent @key(fields: "id", resolvable: false) { id: ID! }
  type Plan @key(fields: "id", resolvable: false) { id: ID! }
  type Template @key(fields: "id", resolvable: false) { id: ID! }
`)

/** @param tickets rows `{ id, subject, account, deployment, command, agent, plan, template }` with the keys of the objects */
export function startTickets(tickets) {
  const reference = (key) => (name) => (ticket) => (ticket[name] ? { [key]: ticket[name] } : null)
  const byId = reference('id')
  const resolvers = {
    Query: {
      tickets: (_root, { first }) => ({
        nodes: tickets.slice(0, first),
        pageInfo: { hasNextPage: tickets.length > first, hasPreviousPage: false, startCursor: null, endCursor: null },
      }),
      ticket: (_root, { id }) => tickets.find((ticket) => ticket.id === id),
    },
    Ticket: {
      __resolveReference: ({ id }) => tickets.find((ticket) => ticket.id === id),
      account: byId('account'),
      deployment: reference('hash')('deployment'),
      command: byId('command'),
      agent: byId('agent'),
      plan: byId('plan'),
      template: byId('template'),
    },
    Account: {
      __resolveReference: ({ id }) => ({ id }),
      tickets: ({ id }) => tickets.filter(({ account }) => account === id),
    },
    Deployment: {
      __resolveReference: ({ hash }) => ({ hash }),
      tickets: ({ hash }) => tickets.filter(({ deployment }) => deployment === hash),
    },
  }
  const server = new ApolloServer({ schema: buildSubgraphSchema([{ typeDefs, resolvers }]) })
  return startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } })
}

import fastify from 'fastify'
import mercurius from 'mercurius'
import { openPool, readPlans } from './read-plans.js'

// Peer: mercurius 16 with its compiler on. Without a snapshot each request reads the database; with one it reads
// memory, as our server does. No response cache in either case.
const schema = `
  type Query { plans(includeInactive: Boolean = false): [Plan!]! }
  type Plan { code: String!, name: String!, rank: Int!, prices(currency: String): [Price!]!, features: [PlanFeature!]! }
  type Price { money: Money!, interval: BillingInterval! }
  type Money { amountMinor: Int!, currency: String! }
  type PlanFeature { feature: Feature!, enabled: Boolean!, unlimited: Boolean!, amount: Int, window: String }
  type Feature { code: String!, kind: FeatureKind! }
  enum BillingInterval { ONE_TIME MONTH YEAR }
  enum FeatureKind { BOOLEAN LIMIT QUOTA RATE CREDIT }
`

const pool = openPool()
const snapshot = process.env['SNAPSHOT'] ? await readPlans(pool) : null
const app = fastify()
await app.register(mercurius, {
  schema,
  resolvers: { Query: { plans: snapshot ? () => snapshot : () => readPlans(pool) } },
  jit: 1,
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send!({ url: `${url}/graphql` })

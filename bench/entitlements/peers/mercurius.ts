import fastify from 'fastify'
import mercurius from 'mercurius'
import pg from 'pg'
import { BARE, CHECK, SAME } from './tables.js'

// A peer: mercurius 16 with its compiler on, a pool of pg with prepared statements, one statement a request.
const schema = `
  type Query { check(accountId: ID!, feature: String!, amount: Int = 1): Check! }
  type Check { allowed: Boolean!, remaining: Float! }
  type Mutation {
    same(accountId: ID!, feature: String!, amount: Int = 1, idempotencyKey: String!): Consumption
    bare(accountId: ID!, feature: String!, amount: Int = 1, idempotencyKey: String!): Consumption
  }
  type Consumption { id: ID!, amount: Int! }
`

interface Args {
  accountId: string
  feature: string
  amount: number
  idempotencyKey: string
}

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 16 })
const app = fastify()
await app.register(mercurius, {
  schema,
  jit: 1,
  resolvers: {
    Query: {
      check: async (_root: unknown, { accountId, feature, amount }: Args) => {
        const { rows } = await pool.query<{ remaining: string }>({ ...CHECK, values: [accountId, feature] })
        const remaining = Number(rows[0]?.remaining ?? 0)
        return { allowed: remaining >= amount, remaining }
      },
    },
    Mutation: {
      same: async (_root: unknown, { accountId, feature, amount, idempotencyKey }: Args) => {
        const { rows } = await pool.query<{ version: string | null }>({
          ...SAME,
          values: [accountId, feature, amount, idempotencyKey],
        })
        const version = rows[0]?.version
        return version ? { id: `${accountId}-${version}`, amount } : null
      },
      bare: async (_root: unknown, { accountId, feature, amount }: Args) => {
        const { rows } = await pool.query<{ id: string }>({ ...BARE, values: [accountId, feature, amount] })
        return rows[0] ? { id: rows[0].id, amount } : null
      },
    },
  },
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send!({ url: `${url}/graphql` })

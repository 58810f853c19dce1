import 'reflect-metadata'
import { ApolloServer, HeaderMap } from '@apollo/server'
import fastify from 'fastify'
import { GraphQLError } from 'graphql'
import pg from 'pg'
import { Arg, buildSchema, Field, Float, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql'
import { CHECK, SAME } from './tables.js'

// A peer: the frameworks of the product without the product. One statement by a pool of pg for each request.

@ObjectType()
class Check {
  @Field(() => Boolean)
  allowed!: boolean

  @Field(() => Float)
  remaining!: number
}

@ObjectType()
class Consumption {
  @Field(() => ID)
  id!: string

  @Field(() => Int)
  amount!: number
}

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 16 })

@Resolver()
class Entitlements {
  @Query(() => Check)
  async check(
    @Arg('accountId', () => ID) accountId: string,
    @Arg('feature', () => String) feature: string,
    @Arg('amount', () => Int, { defaultValue: 1 }) amount: number,
  ): Promise<Check> {
    const { rows } = await pool.query<{ remaining: string }>({ ...CHECK, values: [accountId, feature] })
    const remaining = Number(rows[0]?.remaining ?? 0)
    return { allowed: remaining >= amount, remaining }
  }

  @Mutation(() => Consumption, { nullable: true })
  async same(
    @Arg('accountId', () => ID) accountId: string,
    @Arg('feature', () => String) feature: string,
    @Arg('amount', () => Int, { defaultValue: 1 }) amount: number,
    @Arg('idempotencyKey', () => String) idempotencyKey: string,
  ): Promise<Consumption | null> {
    const values = [accountId, feature, amount, idempotencyKey]
    const { rows } = await pool.query<{ version: string | null }>({ ...SAME, values })
    const version = rows[0]?.version
    return version ? { id: `${accountId}-${version}`, amount } : null
  }
}

const schema = await buildSchema({ resolvers: [Entitlements], validate: false })
const apollo = new ApolloServer({ schema, csrfPrevention: false, nodeEnv: 'production' })
await apollo.start()
const app = fastify()
app.post('/graphql', async (request, reply) => {
  const headers = new HeaderMap()
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
  const {
    body,
    status,
    headers: given,
  } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers, search: '', body: request.body },
    context: () => Promise.resolve({}),
  })
  if (body.kind !== 'complete') throw new GraphQLError('Incremental delivery is not served')
  return reply
    .code(status ?? 200)
    .headers(Object.fromEntries(given))
    .send(body.string)
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send!({ url: `${url}/graphql` })

import { GraphQLString } from 'graphql'
import { ArgsType } from 'type-graphql'
import { field } from '#schema/kernel/decorators.js'
import { keyArgument } from '#schema/kernel/mutation-arguments.js'
import { payloadType } from '#schema/kernel/payload.js'

@ArgsType()
export class GreetProbeArgs {
  @field('Name in the greeting.', () => GraphQLString)
  name!: string

  @keyArgument()
  idempotencyKey!: string
}

@payloadType('Result of a greeting.')
export class ProbeGreetingPayload {
  @field('Greeting with the name. Null if the mutation was denied.', () => GraphQLString, { nullable: true })
  greeting!: string | null
}

import { ID } from 'type-graphql'
import { field } from './decorators.js'
import { payloadType } from './payload.js'

@payloadType('Result of a mutation that deletes an object.')
export class DeletePayload {
  @field('ID of the object, which no longer exists.', () => ID, { nullable: true })
  deletedId!: string | null
}

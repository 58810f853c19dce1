import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { field } from '../kernel/decorators.js'
import { DEPLOYMENT_ID } from '../kernel/descriptions.js'

@ArgsType()
export class RenameDeploymentArgs {
  @argument('id', DEPLOYMENT_ID, () => ID)
  deploymentHash!: string

  @field('Display name, 1–200 characters.', () => String)
  name!: string

  @keyArgument()
  idempotencyKey!: string
}

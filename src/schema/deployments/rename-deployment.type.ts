import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType } from 'type-graphql'
import { field } from '../kernel/decorators.js'
import { DEPLOYMENT_HASH } from '../kernel/descriptions.js'

@ArgsType()
export class RenameDeploymentArgs {
  @argument('id', DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field('Display name, 1–200 characters.', () => String)
  name!: string

  @keyArgument()
  idempotencyKey!: string
}

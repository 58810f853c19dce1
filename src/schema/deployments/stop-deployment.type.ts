import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { DEPLOYMENT_ID } from '../kernel/descriptions.js'

@ArgsType()
export class StopDeploymentArgs {
  @argument('id', DEPLOYMENT_ID, () => ID)
  deploymentHash!: string

  @keyArgument()
  idempotencyKey!: string
}

import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType } from 'type-graphql'
import { DEPLOYMENT_HASH } from '../kernel/descriptions.js'

@ArgsType()
export class StopDeploymentArgs {
  @argument('id', DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @keyArgument()
  idempotencyKey!: string
}

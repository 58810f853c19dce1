import { field } from '../kernel/decorators.js'
import { payloadType } from '../kernel/payload.js'
import { ParameterValue } from '../marketplace/template-parameter.type.js'
import { Deployment } from './deployment.type.js'

@payloadType('A deployment, with its enrollment token when that is new.', 'deployment')
export class DeploymentPayload {
  @field('The deployment.', () => Deployment, { nullable: true })
  deployment!: Deployment | null

  @field('One-time secret to register the agent. Null in a replay, and if the token did not change.', () => String, {
    nullable: true,
  })
  enrolmentToken!: string | null

  @field(
    'Values that were generated for parameters of the template, shown once. Null in a replay, and if none were made.',
    () => [ParameterValue],
    { nullable: true },
  )
  generatedValues!: readonly ParameterValue[] | null
}

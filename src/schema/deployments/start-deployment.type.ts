import { ID, Int } from 'type-graphql'
import { InsufficientPlan } from '../entitlements/insufficient-plan.type.js'
import { QuotaExceeded } from '../entitlements/quota-exceeded.type.js'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { TemplateNotPurchased } from '../marketplace/template-not-purchased.type.js'
import { Deployment } from './deployment.type.js'

/** An application to deploy. */
@inputType('An application of the stack to deploy.')
export class DeploymentAppInput {
  @field('The code by which commands will name it.', () => String)
  code!: string

  @field('The name for people.', () => String, { nullable: true })
  name?: string | null

  @field('The name of its container on the server.', () => String, { nullable: true })
  containerName?: string | null
}

/** A server that a stack is to run on. */
@inputType('A server that a stack is to run on. What is left out is not compared.')
export class ServerInput {
  @field('Processor cores.', () => Int, { nullable: true })
  cpuCores?: number | null

  @field('Memory in MB.', () => Int, { nullable: true })
  memoryMb?: number | null

  @field('Disk in GB.', () => Int, { nullable: true })
  diskGb?: number | null

  @field('Where it stands, as `hetzner`.', () => String, { nullable: true })
  cloud?: string | null

  @field('What it runs, as `ubuntu-24.04`.', () => String, { nullable: true })
  system?: string | null
}

/** What to deploy. */
@inputType('What to deploy, and for whom.')
export class StartDeploymentInput {
  @field("Whose deployment it is, by id or reference. Left out: the caller's current account.", () => ID, {
    nullable: true,
  })
  accountId?: string | null

  @field('The template to deploy.', () => ID)
  templateId!: string

  @field("The code of the stack. Left out: the template's own.", () => String, { nullable: true })
  stack?: string | null

  @field(
    'The server that it is to run on, compared with what the template needs. Left out: not compared.',
    () => ServerInput,
    {
      nullable: true,
    },
  )
  server?: ServerInput | null

  @field("A name for people. Left out: the template's.", () => String, { nullable: true })
  name?: string | null

  @field("The applications in it. Left out: the template's.", () => [DeploymentAppInput], { nullable: true })
  apps?: DeploymentAppInput[] | null

  @field(
    "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** A deployment that was started. */
@objectType('The deployment was started. The enrolment token is shown once; it lets one agent register.')
export class DeploymentStarted {
  readonly __typename!: 'DeploymentStarted'

  @field('The new deployment.', () => Deployment)
  deployment!: Deployment

  @field('The secret with which its agent registers; null when this answer is a repetition.', () => String, {
    nullable: true,
  })
  enrolmentToken!: string | null
}

/** What `startDeployment` answers. */
export const StartDeploymentResult = unionType(
  'StartDeploymentResult',
  'The deployment that was started, or why it was not.',
  () => [DeploymentStarted, InsufficientPlan, TemplateNotPurchased, QuotaExceeded, RateLimited, Refused],
)
export type StartDeploymentResult =
  | DeploymentStarted
  | InsufficientPlan
  | TemplateNotPurchased
  | QuotaExceeded
  | RateLimited
  | Refused

import type {
  ChangePlanVariables,
  EnqueueCommandVariables,
  PackagesVariables,
  StartDeploymentVariables,
  StartSubscriptionVariables,
} from '@stackgate/client/documents'

type InputOf<Variables extends { readonly input: unknown }> = Variables['input']

/** Interval of a price. */
export type BillingInterval = NonNullable<InputOf<StartSubscriptionVariables>['interval']>
/** Payment provider. */
export type PaymentProvider = NonNullable<InputOf<StartSubscriptionVariables>['provider']>
/** Time of a change of a subscription. */
export type ChangeTime = NonNullable<InputOf<ChangePlanVariables>['at']>
export type PackageType = NonNullable<PackagesVariables['packageType']>
/** A command and its place in the queue. */
export type CommandToEnqueue = Omit<EnqueueCommandVariables, 'key' | 'deploymentId'>
/** A deployment to start. */
export type DeploymentToStart = Omit<InputOf<StartDeploymentVariables>, 'accountId'>

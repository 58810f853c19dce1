export { useStackgate } from '../provider.js'
export type { DialogFrameProps, PartComponents, Redirect, ReturnUrls, StackgateProviderProps } from '../provider.js'
export type { MutationResult } from '../mutation.js'
export type { ListResult, QueryResult } from '../query.js'
export type { BillingEvent } from '../live/account-joins.js'
export type { Presence } from '../live/deployment-joins.js'
export type {
  BillingInterval,
  ChangeTime,
  CommandToEnqueue,
  DeploymentToStart,
  PackageType,
  PaymentProvider,
} from '../types.js'
export * from './account.js'
export { useCheckout, useCreateCheckoutSession, useCreatePortalSession } from './checkout.js'
export type {
  Checkout,
  CheckoutMutation,
  CheckoutInput,
  CheckoutSessionOptions,
  PlainMutation,
  PortalSession,
  PortalSessionOptions,
  RedirectOptions,
} from './checkout.js'
export { useCheckoutReturn } from './checkout-return.js'
export type { CheckoutReturnOptions, CheckoutReturn as CheckoutReturnState, ReturnStatus } from './checkout-return.js'
export * from './connection.js'
export * from './denial.js'
export * from './deployments.js'
export * from './entitlements.js'
export { useGate } from './gate.js'
export type { Gate, GateAct, GateContext, GateDialogProps, GateOptions, OptionalGateDialogProps } from './gate.js'
export * from './lists.js'
export * from './plans.js'
export * from './templates.js'

export { StackgateProvider, useStackgate } from './provider.js'
export type { DialogFrameProps, PartComponents, Redirect, ReturnUrls, StackgateProviderProps } from './provider.js'
export { ENGLISH } from './labels.js'
export type { Labels } from './labels.js'
export type { SpendingLabels } from './spending/spending-labels.js'
export type { MutationResult } from './mutation.js'
export type { ListResult, QueryResult } from './query.js'
export type { BillingEvent, Presence } from './live/account-joins.js'
export type {
  BillingInterval,
  ChangeTime,
  CommandToEnqueue,
  DeploymentToStart,
  PackageType,
  PaymentProvider,
} from './types.js'
export * from './hooks/account.js'
export { useCheckout, useCreateCheckoutSession, useCreatePortalSession } from './hooks/checkout.js'
export type {
  Checkout,
  CheckoutMutation,
  CheckoutInput,
  CheckoutSessionOptions,
  PlainMutation,
  PortalSession,
  PortalSessionOptions,
  RedirectOptions,
} from './hooks/checkout.js'
export { useCheckoutReturn } from './hooks/checkout-return.js'
export type {
  CheckoutReturnOptions,
  CheckoutReturn as CheckoutReturnState,
  ReturnStatus,
} from './hooks/checkout-return.js'
export * from './hooks/connection.js'
export * from './hooks/denial.js'
export * from './hooks/deployments.js'
export * from './hooks/entitlements.js'
export { useGate } from './hooks/gate.js'
export type { Gate, GateAct, GateContext, GateDialogProps, GateOptions, OptionalGateDialogProps } from './hooks/gate.js'
export * from './hooks/lists.js'
export * from './hooks/plans.js'
export * from './hooks/templates.js'
export { BillingManagementSection, type BillingManagementSectionProps } from './parts/billing-management-section.js'
export { DenialNotice, PaywallDialog, type DenialNoticeProps, type PaywallDialogProps } from './parts/denial.js'
export { CheckoutReturn, CommandLog, ConnectionBadge, InvoiceList } from './parts/lists.js'
export type { CheckoutReturnProps, CommandLogProps, InvoiceListProps } from './parts/lists.js'
export type { PartProps } from './parts/part.js'
export { PlanChangeDialog, type PlanChangeDialogProps } from './parts/plan-change.js'
export { PricingTable, type PricingTableProps } from './parts/pricing-table.js'
export { PurchaseTemplateModal, type PurchaseTemplateModalProps } from './parts/purchase-template-modal.js'
export { UpgradeModal, type UpgradeChoice, type UpgradeModalProps } from './parts/upgrade-modal.js'
export { CreditBalance, FeatureGate, UsageMeter } from './parts/usage.js'
export type { CreditBalanceProps, FeatureGateProps, UsageMeterProps } from './parts/usage.js'

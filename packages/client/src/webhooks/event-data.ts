/** Data of every event. Members can be added; dates are ISO 8601 texts, amounts are in minor units of the currency. */
export interface WebhookEventData {
  /** ID of the account. Null for events without one, for example of an operator's template. */
  readonly accountId: string | null
  readonly [member: string]: unknown
}

/** Data of an event of one account. */
interface OfAccount extends WebhookEventData {
  readonly accountId: string
}

/** Data of `usage.warning`: usage reached one or more thresholds. */
export interface UsageWarningData extends OfAccount {
  /** Code of the feature. */
  readonly feature: string
  /** The highest of `thresholds`, in percent. */
  readonly threshold: number
  readonly thresholds: readonly number[]
  /** Units used now. */
  readonly used: number
  /** Units used before. */
  readonly previous: number
  readonly limit: number
}

/** Data of an event about a template: everything that a copy of it needs. */
export interface TemplateEventData extends WebhookEventData {
  readonly templateId: string
  readonly slug: string
  readonly name: string
  readonly shortDescription: string | null
  readonly longDescription: string | null
  /** Code of the category. */
  readonly category: string | null
  readonly tags: readonly string[]
  /** Code of the plan that the template requires. */
  readonly requiredPlan: string | null
  readonly version: number
  readonly status: string
  /** True while the marketplace shows the template. */
  readonly listed: boolean
  readonly vendorId: string | null
  readonly vendorName: string | null
  readonly productId: string | null
  readonly prices: readonly { readonly amountMinor: number; readonly currency: string; readonly interval: string }[]
  readonly reason: string | null
}

/** Data of `template.sold`, `earnings.clawed_back` and `earnings.restored`. The buyer is not named. */
export interface SaleEventData extends OfAccount {
  readonly templateId: string
  readonly vendorId: string
  readonly saleId: string
  readonly grossMinor: number
  /** Share of the vendor; negative if it is clawed back. */
  readonly amountMinor: number
  readonly currency: string
  readonly shareBasisPoints: number
}

/** Data of `earnings.paid_out` and `earnings.payout_returned`. */
export interface PayoutEventData extends OfAccount {
  readonly payoutId: string
  readonly vendorId: string
  readonly amountMinor: number
  readonly currency: string
  readonly method: string
}

/** Data of an event about the status of a checkout. */
export interface CheckoutEventData extends OfAccount {
  readonly checkoutId: string
}

/** Data of an event about the status of the subscription to a plan. */
export interface SubscriptionEventData extends OfAccount {
  readonly subscriptionId: string
  /** Code of the plan. */
  readonly plan: string
  readonly status: string
  readonly currentPeriodEnd: string | null
}

/** Data of an event about a change of a subscription that is scheduled, interrupted or replaced. */
export interface SubscriptionChangeEventData extends OfAccount {
  /** ID of the subscription. */
  readonly subjectId: string
  /** Code of the plan after the change. */
  readonly plan: string | null
  readonly quantity: number | null
  readonly effectiveAt: string | null
  /** Page on which the buyer confirms the change. */
  readonly actionUrl: string | null
  readonly failureReason: string | null
}

/** Data of `invoice.payment_failed`, `invoice.payment_action_required` and `subscription.trial_ending`. */
export interface PaymentNoticeData extends OfAccount {
  /** ID of the subscription. */
  readonly subjectId: string
  /** ID of the invoice at the provider. */
  readonly invoice: string | null
  readonly attempt: number | null
  readonly nextAttemptAt: string | null
  /** Page on which the buyer pays. */
  readonly payUrl: string | null
  readonly until: string | null
}

/** Data of an event about a subscription to a product that is not a plan. */
export interface ProductEventData extends OfAccount {
  readonly subscriptionId: string
  /** Code of the product. */
  readonly product: string | null
  readonly externalId: string | null
  readonly status: string
  readonly currentPeriodEnd: string | null
  readonly quantity: number
}

/** Data of an event about a purchase. */
export interface PurchaseEventData extends OfAccount {
  readonly purchaseId: string
  readonly subscriptionId: string | null
  /** Code of the product. */
  readonly product: string | null
  readonly type: string | null
  readonly externalId: string | null
  readonly status: string
  readonly amountMinor: number
  readonly refundedMinor: number
  readonly currency: string
}

/** Data of an event about a deployment. */
export interface DeploymentEventData extends WebhookEventData {
  readonly deploymentHash: string
}

/** Data of an event about the agent of a deployment. */
export interface AgentEventData extends DeploymentEventData {
  readonly agentId: string
}

/** Data of `agent.unreachable` and `agent.reachable`. */
export interface OutageEventData extends DeploymentEventData {
  readonly agentKind: string
  readonly beganAt: string
  readonly endedAt: string | null
}

/** Data of `agent.alarm`. */
export interface AlarmEventData extends DeploymentEventData {
  readonly occurredAt: string
  readonly kind: string
  readonly severity: string
  readonly message: string
  readonly value: number
  readonly threshold: number
  readonly recovered: boolean
}

/** Data of `webhook.test`. */
export interface TestEventData extends WebhookEventData {
  readonly endpointId: string
  readonly message: string
}

type SubscriptionStatusChange =
  | 'activated'
  | 'renewed'
  | 'past_due'
  | 'unpaid'
  | 'paused'
  | 'canceled'
  | 'items_changed'
  | 'recovered'
  | 'updated'
type TemplateChange =
  | 'created'
  | 'edited'
  | 'submitted'
  | 'review_started'
  | 'approved'
  | 'updated'
  | 'changes_requested'
  | 'rejected'
  | 'deprecated'
  | 'deleted'
  | 'price_changed'
  | 'price_withdrawn'

/** Types whose data have one form. The others have that of every event. */
export type TypedEventData = {
  readonly [Type in `subscription.${SubscriptionStatusChange}`]: SubscriptionEventData
} & {
  readonly [
    Type in `subscription.change_${'scheduled' | 'canceled' | 'superseded' | 'requires_confirmation' | 'failed'}`
  ]: SubscriptionChangeEventData
} & { readonly [Type in `template.${TemplateChange}`]: TemplateEventData } & {
  readonly [Type in `product.${'subscribed' | 'renewed' | 'updated' | 'unsubscribed'}`]: ProductEventData
} & {
  readonly [
    Type in `purchase.${'pending' | 'paid' | 'refunded' | 'disputed' | 'charged_back' | 'restored'}`
  ]: PurchaseEventData
} & {
  readonly [
    Type in `checkout.${'processing' | 'completed' | 'expired' | 'failed' | 'cancelled' | 'quarantined'}`
  ]: CheckoutEventData
} & {
  readonly 'agent.alarm': AlarmEventData
  readonly 'agent.reachable': OutageEventData
  readonly 'agent.unreachable': OutageEventData
  readonly 'agent.registered': AgentEventData
  readonly 'agent.revoked': AgentEventData
  readonly 'agent.token_rotated': AgentEventData
  readonly 'deployment.started': DeploymentEventData & { readonly projectId: string; readonly templateId: string }
  readonly 'deployment.stopped': DeploymentEventData & { readonly projectId: string }
  readonly 'deployment.completed': DeploymentEventData & {
    readonly templateId: string | null
    readonly serverAddress: string | null
  }
  readonly 'earnings.clawed_back': SaleEventData
  readonly 'earnings.restored': SaleEventData
  readonly 'template.sold': SaleEventData
  readonly 'earnings.paid_out': PayoutEventData
  readonly 'earnings.payout_returned': PayoutEventData
  readonly 'invoice.payment_failed': PaymentNoticeData
  readonly 'invoice.payment_action_required': PaymentNoticeData
  readonly 'subscription.trial_ending': PaymentNoticeData
  readonly 'subscription.access_ended': OfAccount & { readonly subscriptionId: string; readonly plan: string }
  readonly 'subscription.addons_ended': OfAccount & { readonly packages: readonly string[] }
  readonly 'override.set': OfAccount & {
    readonly id: string
    readonly feature: string
    readonly amount: number | null
    readonly unlimited: boolean
    readonly until: string | null
    readonly reason: string
  }
  readonly 'package.ended': OfAccount & { readonly id: string; readonly endedAt: string }
  readonly 'plan.expired': OfAccount & { readonly planVersionId: string }
  readonly 'credits.granted': OfAccount & {
    readonly feature: string
    readonly amount: number
    readonly expiresAt: string | null
  }
  readonly 'credits.revoked': OfAccount & {
    readonly feature: string
    readonly grantId: string
    readonly takenBack: number
    readonly debt: number
  }
  readonly 'template.granted': OfAccount & {
    readonly templateId: string
    readonly productId: string
    readonly reason: string
  }
  readonly 'template.ownership_expired': OfAccount & { readonly templateId: string; readonly expiredAt: string }
  readonly 'usage.warning': UsageWarningData
  readonly 'webhook_endpoint.disabled': WebhookEventData & {
    readonly endpointId: string
    readonly url: string
    readonly reason: string
  }
  readonly 'webhook.test': TestEventData
}

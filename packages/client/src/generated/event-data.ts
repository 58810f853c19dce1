// Generated from src/services/kernel/outbox/event-data by `npm run docs`. Do not edit.

/** Data of every event. Members can be added; dates are ISO 8601 texts. */
export interface WebhookEventData {
  /** ID of the account. Null for events without one, for example of a template of the operator. */
  readonly accountId: string | null
  /** ID of the account in the application, for example the subject of the tokens of its user. Null without an account. */
  readonly accountExternalId: string | null
  readonly [member: string]: unknown
}

/** Data of an event that concerns an account. */
export interface AccountEventData extends WebhookEventData {
  readonly accountId: string
}

/** Data of an event: a team was created. */
export interface AccountCreatedData extends AccountEventData {
  readonly kind: string
  readonly name: string
  /** ID of the user. */
  readonly by: string
}

/** Data of an event: an account was deleted. */
export interface AccountDeletedData extends AccountEventData {}

/** Data of an event: the deletion of an account was canceled. */
export interface DeletionCanceledData extends AccountEventData {
  readonly taskId: string
  /** The caller. */
  readonly by: string
}

/** Data of an event: an account will be deleted. */
export interface DeletionScheduledData extends AccountEventData {
  readonly taskId: string
  /** Time of the deletion. */
  readonly runAt: string
  /** The caller. */
  readonly by: string
}

/** Data of an event: an account has another owner. */
export interface OwnershipTransferredData extends AccountEventData {
  /** ID of the user. */
  readonly from: string
  /** ID of the user. */
  readonly to: string
}

/** Data of an event: the account has another parent account, or none. */
export interface ParentChangedData extends AccountEventData {
  /** Earlier parent account. */
  readonly from: string | null
  /** Present parent account. */
  readonly to: string | null
  readonly by: string
}

/** Data of an event: a team was renamed. */
export interface AccountRenamedData extends AccountEventData {
  readonly from: string
  readonly to: string
  /** The caller. */
  readonly by: string
}

/** Data of an event: a threshold was crossed on a server, or is no longer crossed. */
export interface AlarmEventData extends AccountEventData {
  readonly deploymentHash: string
  readonly occurredAt: string
  readonly kind: string
  readonly severity: string
  readonly message: string
  readonly value: number
  readonly threshold: number
  readonly recovered: boolean
}

/** Data of an event: the agent of a deployment registered, or its token changed. */
export interface AgentEventData extends AccountEventData {
  readonly deploymentHash: string
  readonly agentId: string
}

/** Data of an event: an outage of an agent began or ended. */
export interface OutageEventData extends AccountEventData {
  readonly deploymentHash: string
  readonly agentKind: string
  readonly beganAt: string
  readonly endedAt: string | null
}

/** Data of an event: the alerts of a feature were set or removed. */
export interface AlertChangedData extends AccountEventData {
  /** Code of the feature. */
  readonly feature: string
  /** All alerts of the feature, with their levels in percent or in units. */
  readonly alerts: readonly ({ readonly basis: string; readonly percent: number | null; readonly units: number | null })[]
  readonly by: string
}

/** Data of an event: an alert or a level of a spend cap was reached. */
export interface AlertReachedData extends AccountEventData {
  /** The alert, or the spend cap. */
  readonly id: string
  /** `ALLOWANCE`, `BALANCE`, `FORECAST` or `CAP`. */
  readonly basis: string
  /** Code of the feature. */
  readonly feature: string
  /** The level, in percent of `base`. Null for a level in units and a forecast. */
  readonly percent: number | null
  /** The level, in units, or in money for a cap in money. Null for a forecast. */
  readonly threshold: number | null
  /** The allowance, the highest balance since the last grant, or the limit of the cap. Null for a balance in units, and an unlimited allowance. */
  readonly base: number | null
  /** Units used, their cost, or for a balance the units that were left. */
  readonly value: number
  /** Units at the end of the window: used / elapsed × length of the window, rounded down. */
  readonly forecast: number | null
  /** Start of the window or period. Null for a balance. */
  readonly windowStart: string | null
  /** End of the window of an allowance. */
  readonly resetsAt: string | null
  /** Terms of the spend cap. Null for an alert. */
  readonly cap: { readonly period: string; readonly setByOperator: boolean; readonly currency: string | null; readonly userId: string | null; readonly subAccountId: string | null } | null
  readonly reachedAt: string
}

/** Data of an event: an automatic top-up reached its maximum of the month. */
export interface AutoTopUpLimitedData extends AccountEventData {
  /** Code of the feature. */
  readonly feature: string
  readonly until: string
}

/** Data of an event: an automatic top-up was removed. */
export interface AutoTopUpRemovedData extends AccountEventData {
  /** Code of the feature. */
  readonly feature: string
  /** Code of the pack. */
  readonly package: string
  readonly by: string
}

/** Data of an event: an automatic top-up was set. */
export interface AutoTopUpSetData extends AccountEventData {
  /** Code of the feature. */
  readonly feature: string
  /** Code of the pack. */
  readonly package: string
  readonly quantity: number
  /** Units below which the balance causes a top-up. */
  readonly threshold: number
  /** In minor units of the currency. */
  readonly amountMinor: number
  readonly currency: string
  readonly maxPerMonth: number
  readonly by: string
}

/** Data of an event: an automatic top-up stopped and charges nothing. */
export interface AutoTopUpStoppedData extends AccountEventData {
  /** Code of the feature. */
  readonly feature: string
  /** Code of the pack. */
  readonly package: string
  /** A value of `TopUpStop`. */
  readonly reason: string
}

/** Data of an event: the status of a checkout changed. */
export interface CheckoutEventData extends AccountEventData {
  readonly checkoutId: string
}

/** Data of an event: a checkout was stored. */
export interface CheckoutStartedData extends AccountEventData {
  /** Code of the plan, if one is bought. */
  readonly plan?: string
  /** Code of the product, if no plan is bought. */
  readonly product?: string
  /** In minor units of the currency. */
  readonly amountMinor: number
  readonly currency: string
  /** ID of the checkout. */
  readonly subjectId: string
}

/** Data of an event: the credit at the provider changed. */
export interface CreditBalanceChangedData extends AccountEventData {
  /** Change in minor units of the currency. Negative if credit was removed. */
  readonly amountMinor: number
  readonly currency: string
  readonly purchaseId: string | null
}

/** Data of an event: credits or reservations expired. */
export interface ExpiredData extends AccountEventData {
  /** Codes of the features. */
  readonly features: readonly string[]
  readonly operations: number
  /** Number of expired reservations. */
  readonly holds: number
  /** Number of expired grants. */
  readonly grants: number
}

/** Data of an event: credits were granted. */
export interface CreditsGrantedData extends AccountEventData {
  /** Code of the feature. */
  readonly feature: string
  readonly amount: number
  readonly expiresAt: string | null
  /** The grant of an operator. */
  readonly grantId?: string
  /** The purchase that caused it. */
  readonly purchaseId?: string
  /** Code of the package that was bought. */
  readonly package?: string
  /** Reason of the operator. */
  readonly reason?: string
  /** The operator, if one did it. */
  readonly by?: string
}

/** Data of an event: credits were revoked. */
export interface CreditsRevokedData extends AccountEventData {
  /** Code of the feature. */
  readonly feature: string
  readonly grantId: string
  /** Units that were revoked. */
  readonly takenBack: number
  /** Units that were used already. */
  readonly debt: number
  /** The purchase that caused it. */
  readonly purchaseId?: string
  /** Reason of the operator. */
  readonly reason?: string
  /** The operator, if one did it. */
  readonly by?: string
}

/** Data of an event: the installer reported completion. */
export interface DeploymentCompletedData extends AccountEventData {
  readonly deploymentHash: string
  readonly templateId: string | null
  readonly serverAddress: string | null
}

/** Data of an event: a deployment was started. */
export interface DeploymentStartedData extends AccountEventData {
  readonly deploymentHash: string
  /** ID of the deployment. */
  readonly projectId: string
  readonly templateId: string
}

/** Data of an event: a deployment was stopped. */
export interface DeploymentStoppedData extends AccountEventData {
  readonly deploymentHash: string
  /** ID of the deployment. */
  readonly projectId: string
}

/** Data of an event: a balance was paid out, or the payout failed. */
export interface PayoutEventData extends AccountEventData {
  readonly payoutId: string
  readonly vendorId: string
  /** In minor units of the currency. */
  readonly amountMinor: number
  readonly currency: string
  readonly method: string
}

/** Data of an event: the User Service reports another plan or templates. */
export interface EntitlementsSyncedData extends AccountEventData {
  /** Code of the plan. */
  readonly plan: string | null
  readonly dateEnd: string | null
  readonly templates: readonly string[]
}

/** Data of an event: a payment failed or needs a confirmation, or a trial ends. */
export interface PaymentNoticeData extends AccountEventData {
  /** ID of the invoice at the provider. */
  readonly invoice: string | null
  readonly attempt: number | null
  readonly nextAttemptAt: string | null
  /** Page on which the buyer pays. */
  readonly payUrl: string | null
  readonly until: string | null
  /** ID of the subscription. */
  readonly subjectId: string
}

/** Data of an event: a template of an integration was stored, changed or withdrawn. */
export interface MarketplaceSyncedData extends WebhookEventData {
  readonly templateId: string
  readonly action: string
  readonly productId: string | null
}

/** Data of an event: an invitation was sent again or canceled. */
export interface InvitationData extends AccountEventData {
  readonly invitationId: string
  readonly email: string
  /** ID of the user. */
  readonly by: string
}

/** Data of an event: an invitation was sent. */
export interface MemberInvitedData extends AccountEventData {
  readonly invitationId: string
  readonly email: string
  /** `OWNER`, `ADMIN` or `MEMBER`. */
  readonly role: string
  /** ID of the user. */
  readonly by: string
}

/** Data of an event: a member joined. */
export interface MemberJoinedData extends AccountEventData {
  /** ID of the user. */
  readonly userId: string
  /** `OWNER`, `ADMIN` or `MEMBER`. */
  readonly role: string
  /** The invitation, if there was one. */
  readonly invitationId?: string
}

/** Data of an event: a member was removed or left. */
export interface MemberRemovedData extends AccountEventData {
  /** ID of the user. */
  readonly userId: string
  /** `OWNER`, `ADMIN` or `MEMBER`. */
  readonly role: string
}

/** Data of an event: the role of a member changed. */
export interface RoleChangedData extends AccountEventData {
  /** ID of the user. */
  readonly userId: string
  /** `OWNER`, `ADMIN` or `MEMBER`. */
  readonly from: string
  /** `OWNER`, `ADMIN` or `MEMBER`. */
  readonly to: string
}

/** Data of an event: a negotiated price is not paid any more. */
export interface NegotiatedPlanEndedData extends AccountEventData {
  readonly id: string
  /** Code of the plan. */
  readonly plan: string
}

/** Data of an event: the ordinary price follows a negotiated one soon. */
export interface NegotiatedPlanEndingData extends AccountEventData {
  readonly id: string
  /** Code of the plan. */
  readonly plan: string
  readonly endsAt: string
  /** In minor units of the currency. */
  readonly amountMinor: number
  readonly currency: string
  /** ID of the subscription. */
  readonly subjectId: string
}

/** Data of an event: an operator offered a plan at a price. */
export interface NegotiatedPlanOfferedData extends AccountEventData {
  readonly id: string
  /** Code of the plan. */
  readonly plan: string
  /** In minor units of the currency. */
  readonly amountMinor: number
  readonly currency: string
  readonly interval: string
  readonly quantity: number
  readonly periods: number | null
  readonly until: string | null
  readonly acceptUntil: string
  readonly reason: string
  readonly by: string
}

/** Data of an event: a negotiated price is paid from now on. */
export interface NegotiatedPlanStartedData extends AccountEventData {
  readonly id: string
  /** Code of the plan. */
  readonly plan: string
  readonly subscriptionId: string
  readonly endsAt: string
  /** ID of the subscription. */
  readonly subjectId: string
}

/** Data of an event: an operator withdrew an offer. */
export interface NegotiatedPlanWithdrawnData extends AccountEventData {
  readonly id: string
  /** Code of the plan. */
  readonly plan: string
  readonly reason: string
  readonly by: string
}

/** Data of an event: an override expired or was revoked. */
export interface OverrideEndedData extends AccountEventData {
  /** The override that expired. */
  readonly id?: string
  /** Time at which it expired. */
  readonly endedAt?: string
  /** Code of the feature of a revoked override. */
  readonly feature?: string
  /** Reason of the operator. */
  readonly reason?: string
  /** The operator, if one did it. */
  readonly by?: string
}

/** Data of an event: an operator granted more of a feature. */
export interface OverrideSetData extends AccountEventData {
  readonly id: string
  /** Code of the feature. */
  readonly feature: string
  readonly amount: number | null
  readonly unlimited: boolean
  readonly until: string | null
  readonly reason: string
  readonly by: string
}

/** Data of an event: a package ended. */
export interface PackageEndedData extends AccountEventData {
  readonly id: string
  readonly endedAt: string
}

/** Data of an event: a payment without effect is refunded. */
export interface PaymentReturnedData extends AccountEventData {
  readonly purchaseId: string
  readonly reason: string
  /** In minor units of the currency. */
  readonly amountMinor: number
  /** Part that was paid with credit, in minor units. */
  readonly creditMinor: number
  readonly currency: string
  /** ID of the purchase. */
  readonly subjectId: string
}

/** Data of an event: an operator ended a complimentary plan. */
export interface PlanCompEndedData extends AccountEventData {
  /** Code of the plan. */
  readonly plan: string
  readonly reason: string
  readonly by: string
}

/** Data of an event: a complimentary plan ends soon. */
export interface PlanCompEndingData extends AccountEventData {
  readonly id: string
  /** Code of the plan. */
  readonly plan: string
  readonly until: string
  /** Code of the plan that follows. */
  readonly next: string
}

/** Data of an event: an operator gave a plan free of charge. */
export interface PlanCompedData extends AccountEventData {
  readonly id: string
  /** Code of the plan. */
  readonly plan: string
  readonly quantity: number
  readonly until: string
  readonly reason: string
  readonly by: string
}

/** Data of an event: a plan was not renewed. */
export interface PlanExpiredData extends AccountEventData {
  readonly planVersionId: string
}

/** Data of an event: a subscription to a product that is not a plan changed. */
export interface ProductEventData extends AccountEventData {
  /** ID of the subscription at the provider. */
  readonly subscriptionId: string | null
  /** Code of the product. */
  readonly product: string | null
  readonly externalId: string | null
  readonly status: string
  readonly currentPeriodEnd: string | null
  readonly quantity: number
}

/** Data of an event: an operator corrected the amount of a purchase. */
export interface PurchaseCorrectedData extends AccountEventData {
  readonly purchaseId: string
  /** In minor units of the currency. */
  readonly beforeMinor: number
  /** In minor units of the currency. */
  readonly amountMinor: number
  /** Part that was paid with credit, in minor units. */
  readonly creditMinor: number
  readonly currency: string
  /** ID of the purchase. */
  readonly subjectId: string
}

/** Data of an event: a purchase changed. */
export interface PurchaseEventData extends AccountEventData {
  readonly purchaseId: string
  readonly subscriptionId: string | null
  /** Code of the product. */
  readonly product: string | null
  readonly type: string | null
  readonly externalId: string | null
  readonly status: string
  /** In minor units of the currency. */
  readonly amountMinor: number
  /** In minor units of the currency. */
  readonly refundedMinor: number
  readonly currency: string
  /** True if the payment is for units beyond the allowance of the plan. */
  readonly overage?: boolean
}

/** Data of an event: a seat was assigned, freed or moved. */
export interface SeatChangedData extends AccountEventData {
  /** Code of the feature. */
  readonly feature: string
  /** User who lost the seat. */
  readonly from: string | null
  /** Member who received the seat. */
  readonly to: string | null
  readonly by: string
}

/** Data of an event: a spend cap was set or removed. */
export interface SpendCapChangedData extends AccountEventData {
  /** The cap. */
  readonly id: string
  /** Code of the feature. */
  readonly feature: string
  readonly period: string
  readonly setByOperator: boolean
  /** Member whose use the cap limits. Null: all of them. */
  readonly userId: string | null
  /** Sub-account whose use the cap limits. Null: the whole account. */
  readonly subAccountId: string | null
  /** Units, or money in the smallest unit of `currency`. Null: the cap was removed. */
  readonly amount: number | null
  /** Null for a cap in units. */
  readonly currency: string | null
  readonly alertPercents: readonly number[]
  readonly by: string
}

/** Data of an event: a sub-account was added or removed. */
export interface SubAccountData extends AccountEventData {
  readonly subAccountId: string
  readonly by: string
}

/** Data of an event: the grace period for an unpaid invoice ended. */
export interface AccessEndedData extends AccountEventData {
  readonly subscriptionId: string
  /** Code of the plan. */
  readonly plan: string
}

/** Data of an event: the status of the subscription to a plan changed. */
export interface SubscriptionEventData extends AccountEventData {
  readonly subscriptionId: string
  /** Code of the plan. */
  readonly plan: string
  readonly status: string
  readonly currentPeriodEnd: string | null
}

/** Data of an event: unpaid add-ons ended. */
export interface AddonsEndedData extends AccountEventData {
  /** Codes of the add-ons. */
  readonly packages: readonly string[]
  /** ID of the subscription. */
  readonly subjectId: string
}

/** Data of an event: a change of a subscription was scheduled, interrupted or replaced. */
export interface SubscriptionChangeEventData extends AccountEventData {
  /** Code of the plan after the change. */
  readonly plan: string | null
  readonly quantity: number | null
  readonly effectiveAt: string | null
  /** Page on which the buyer confirms the change. */
  readonly actionUrl: string | null
  readonly failureReason: string | null
  /** ID of the subscription. */
  readonly subjectId: string
}

/** Data of an event: an operator extended a trial. */
export interface TrialExtendedData extends AccountEventData {
  /** Code of the plan. */
  readonly plan: string | null
  readonly until: string
  readonly reason: string
  /** ID of the subscription. */
  readonly subjectId: string
}

/** Data of an event: a trial was used before. */
export interface TrialRefusedData extends AccountEventData {
  readonly provider: string
}

/** Data of an event: a template changed; the data are everything that a copy of it needs. */
export interface TemplateEventData extends WebhookEventData {
  readonly templateId: string
  /** The same as `templateId`. */
  readonly externalId: string
  readonly slug: string
  readonly name: string
  readonly shortDescription: string | null
  readonly longDescription: string | null
  /** Code of the category. */
  readonly category: string | null
  readonly tags: readonly string[]
  readonly techStack: Readonly<Record<string, unknown>> | null
  readonly infrastructureRequirements: Readonly<Record<string, unknown>> | null
  /** Code of the plan that the template requires. */
  readonly requiredPlan: string | null
  readonly version: number
  readonly status: string
  /** True while the marketplace shows the template. */
  readonly listed: boolean
  readonly installCount: number
  readonly viewCount: number
  readonly approvedAt: string | null
  readonly vendorId: string | null
  readonly vendorName: string | null
  readonly vendorVerified: boolean | null
  readonly vendorAccountId: string | null
  /** Subject of the user that publishes it. */
  readonly vendorUserId: string | null
  readonly productId: string | null
  /** Null without a product. */
  readonly productActive: boolean | null
  /** Prices on sale. */
  readonly prices: readonly ({ readonly amountMinor: number; readonly currency: string; readonly interval: string })[]
  /** Reason of the reviewer or operator. */
  readonly reason: string | null
}

/** Data of an event: an operator granted a template. */
export interface TemplateGrantedData extends AccountEventData {
  readonly templateId: string
  readonly productId: string
  readonly reason: string
  readonly by: string
}

/** Data of an event: the last paid day of a monthly template ended. */
export interface OwnershipExpiredData extends AccountEventData {
  readonly templateId: string
  readonly expiredAt: string
}

/** Data of an event: the price of a template changed. */
export interface TemplatePriceData extends WebhookEventData {
  readonly templateId: string
  /** The same as `templateId`. */
  readonly externalId: string
  readonly slug: string
  readonly name: string
  readonly shortDescription: string | null
  readonly longDescription: string | null
  /** Code of the category. */
  readonly category: string | null
  readonly tags: readonly string[]
  readonly techStack: Readonly<Record<string, unknown>> | null
  readonly infrastructureRequirements: Readonly<Record<string, unknown>> | null
  /** Code of the plan that the template requires. */
  readonly requiredPlan: string | null
  readonly version: number
  readonly status: string
  /** True while the marketplace shows the template. */
  readonly listed: boolean
  readonly installCount: number
  readonly viewCount: number
  readonly approvedAt: string | null
  readonly vendorId: string | null
  readonly vendorName: string | null
  readonly vendorVerified: boolean | null
  readonly vendorAccountId: string | null
  /** Subject of the user that publishes it. */
  readonly vendorUserId: string | null
  readonly productId: string | null
  /** Null without a product. */
  readonly productActive: boolean | null
  /** Prices on sale. */
  readonly prices: readonly ({ readonly amountMinor: number; readonly currency: string; readonly interval: string })[]
  /** Reason of the reviewer or operator. */
  readonly reason: string | null
  /** In minor units of the currency. */
  readonly amountMinor: number
  readonly currency: string
  readonly interval: string
}

/** Data of an event: a review of a template began or ended; the data are everything that a copy needs. */
export interface TemplateReviewData extends WebhookEventData {
  readonly templateId: string
  /** The same as `templateId`. */
  readonly externalId: string
  readonly slug: string
  readonly name: string
  readonly shortDescription: string | null
  readonly longDescription: string | null
  /** Code of the category. */
  readonly category: string | null
  readonly tags: readonly string[]
  readonly techStack: Readonly<Record<string, unknown>> | null
  readonly infrastructureRequirements: Readonly<Record<string, unknown>> | null
  /** Code of the plan that the template requires. */
  readonly requiredPlan: string | null
  readonly version: number
  readonly status: string
  /** True while the marketplace shows the template. */
  readonly listed: boolean
  readonly installCount: number
  readonly viewCount: number
  readonly approvedAt: string | null
  readonly vendorId: string | null
  readonly vendorName: string | null
  readonly vendorVerified: boolean | null
  readonly vendorAccountId: string | null
  /** Subject of the user that publishes it. */
  readonly vendorUserId: string | null
  readonly productId: string | null
  /** Null without a product. */
  readonly productActive: boolean | null
  /** Prices on sale. */
  readonly prices: readonly ({ readonly amountMinor: number; readonly currency: string; readonly interval: string })[]
  /** Reason of the reviewer or operator. */
  readonly reason: string | null
  /** Results of the review. */
  readonly checklist?: Readonly<Record<string, unknown>> | null
  /** Next step of the vendor. */
  readonly nextActionHint?: string
}

/** Data of an event: a template was sold, or its sale was reversed; the buyer is not named. */
export interface SaleEventData extends AccountEventData {
  readonly templateId: string
  readonly vendorId: string
  readonly saleId: string
  /** In minor units of the currency. */
  readonly grossMinor: number
  /** Share of the vendor. Negative if it is clawed back. */
  readonly amountMinor: number
  readonly currency: string
  readonly shareBasisPoints: number
}

/** Data of an event: an automatic top-up was paid. */
export interface TopUpPaidData extends AccountEventData {
  readonly topUpId: string
  /** Code of the feature. */
  readonly feature: string
  /** Code of the product. */
  readonly product: string | null
  readonly quantity: number
  /** In minor units of the currency. */
  readonly amountMinor: number
  readonly currency: string
}

/** Data of an event: units of a consumption were returned. */
export interface UsageAmendedData extends AccountEventData {
  /** The amendment. */
  readonly id: string
  readonly consumptionId: string
  /** Code of the feature. */
  readonly feature: string
  /** Units that were returned. */
  readonly amount: number
  /** Units of the consumption that still count. */
  readonly remaining: number
  /** Returned units of grants that had expired or were revoked. */
  readonly lost: number
  /** Returned units that reduced the debt. */
  readonly debtReduced: number
  /** `NONE`, `NOT_REPORTED` or `NEXT_REPORT`. */
  readonly invoiceEffect: string
  readonly reason: string
  /** The operator or service. */
  readonly by: string
}

/** Data of an event: usage reached one or more thresholds. */
export interface UsageWarningData extends AccountEventData {
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

/** Data of an event: a vendor changed. */
export interface VendorEventData extends AccountEventData {
  readonly vendorId: string
  readonly name: string
  readonly verified: boolean
  /** Account at the provider to which the balance is paid out. */
  readonly payoutAccountId: string | null
  /** The same as `vendorId`. */
  readonly subjectId: string
}

/** Data of an event: a test of an endpoint was requested. */
export interface TestEventData extends WebhookEventData {
  readonly endpointId: string
  readonly message: string
}

/** Data of an event: a webhook endpoint was disabled. */
export interface EndpointDisabledData extends WebhookEventData {
  readonly endpointId: string
  readonly url: string
  readonly reason: string
}

/** Data of each type of event. */
export interface EventDataByType {
  readonly 'account.created': AccountCreatedData
  readonly 'account.deleted': AccountDeletedData
  readonly 'account.deletion_canceled': DeletionCanceledData
  readonly 'account.deletion_scheduled': DeletionScheduledData
  readonly 'account.ownership_transferred': OwnershipTransferredData
  readonly 'account.parent_changed': ParentChangedData
  readonly 'account.renamed': AccountRenamedData
  readonly 'agent.alarm': AlarmEventData
  readonly 'agent.reachable': OutageEventData
  readonly 'agent.registered': AgentEventData
  readonly 'agent.revoked': AgentEventData
  readonly 'agent.token_rotated': AgentEventData
  readonly 'agent.unreachable': OutageEventData
  readonly 'alert.changed': AlertChangedData
  readonly 'alert.reached': AlertReachedData
  readonly 'auto_top_up.limited': AutoTopUpLimitedData
  readonly 'auto_top_up.removed': AutoTopUpRemovedData
  readonly 'auto_top_up.set': AutoTopUpSetData
  readonly 'auto_top_up.stopped': AutoTopUpStoppedData
  readonly 'checkout.cancelled': CheckoutEventData
  readonly 'checkout.completed': CheckoutEventData
  readonly 'checkout.expired': CheckoutEventData
  readonly 'checkout.failed': CheckoutEventData
  readonly 'checkout.processing': CheckoutEventData
  readonly 'checkout.quarantined': CheckoutEventData
  readonly 'checkout.started': CheckoutStartedData
  readonly 'credit_balance.changed': CreditBalanceChangedData
  readonly 'credits.expired': ExpiredData
  readonly 'credits.granted': CreditsGrantedData
  readonly 'credits.revoked': CreditsRevokedData
  readonly 'deployment.completed': DeploymentCompletedData
  readonly 'deployment.started': DeploymentStartedData
  readonly 'deployment.stopped': DeploymentStoppedData
  readonly 'earnings.clawed_back': SaleEventData
  readonly 'earnings.paid_out': PayoutEventData
  readonly 'earnings.payout_returned': PayoutEventData
  readonly 'earnings.restored': SaleEventData
  readonly 'entitlements.synced': EntitlementsSyncedData
  readonly 'invoice.payment_action_required': PaymentNoticeData
  readonly 'invoice.payment_failed': PaymentNoticeData
  readonly 'marketplace.synced': MarketplaceSyncedData
  readonly 'member.invitation_canceled': InvitationData
  readonly 'member.invitation_resent': InvitationData
  readonly 'member.invited': MemberInvitedData
  readonly 'member.joined': MemberJoinedData
  readonly 'member.left': MemberRemovedData
  readonly 'member.removed': MemberRemovedData
  readonly 'member.role_changed': RoleChangedData
  readonly 'negotiated_plan.ended': NegotiatedPlanEndedData
  readonly 'negotiated_plan.ending': NegotiatedPlanEndingData
  readonly 'negotiated_plan.offered': NegotiatedPlanOfferedData
  readonly 'negotiated_plan.started': NegotiatedPlanStartedData
  readonly 'negotiated_plan.withdrawn': NegotiatedPlanWithdrawnData
  readonly 'override.ended': OverrideEndedData
  readonly 'override.set': OverrideSetData
  readonly 'package.ended': PackageEndedData
  readonly 'payment.returned': PaymentReturnedData
  readonly 'plan.comp_ended': PlanCompEndedData
  readonly 'plan.comp_ending': PlanCompEndingData
  readonly 'plan.comped': PlanCompedData
  readonly 'plan.expired': PlanExpiredData
  readonly 'product.renewed': ProductEventData
  readonly 'product.subscribed': ProductEventData
  readonly 'product.unsubscribed': ProductEventData
  readonly 'product.updated': ProductEventData
  readonly 'purchase.charged_back': PurchaseEventData
  readonly 'purchase.corrected': PurchaseCorrectedData
  readonly 'purchase.disputed': PurchaseEventData
  readonly 'purchase.paid': PurchaseEventData
  readonly 'purchase.pending': PurchaseEventData
  readonly 'purchase.refunded': PurchaseEventData
  readonly 'purchase.restored': PurchaseEventData
  readonly 'reservation.expired': ExpiredData
  readonly 'seat.assigned': SeatChangedData
  readonly 'seat.moved': SeatChangedData
  readonly 'seat.unassigned': SeatChangedData
  readonly 'spend_cap.changed': SpendCapChangedData
  readonly 'sub_account.added': SubAccountData
  readonly 'sub_account.removed': SubAccountData
  readonly 'subscription.access_ended': AccessEndedData
  readonly 'subscription.activated': SubscriptionEventData
  readonly 'subscription.addons_ended': AddonsEndedData
  readonly 'subscription.canceled': SubscriptionEventData
  readonly 'subscription.change_canceled': SubscriptionChangeEventData
  readonly 'subscription.change_failed': SubscriptionChangeEventData
  readonly 'subscription.change_requires_confirmation': SubscriptionChangeEventData
  readonly 'subscription.change_scheduled': SubscriptionChangeEventData
  readonly 'subscription.change_superseded': SubscriptionChangeEventData
  readonly 'subscription.items_changed': SubscriptionEventData
  readonly 'subscription.past_due': SubscriptionEventData
  readonly 'subscription.paused': SubscriptionEventData
  readonly 'subscription.recovered': SubscriptionEventData
  readonly 'subscription.renewed': SubscriptionEventData
  readonly 'subscription.trial_ending': PaymentNoticeData
  readonly 'subscription.trial_extended': TrialExtendedData
  readonly 'subscription.trial_refused': TrialRefusedData
  readonly 'subscription.unpaid': SubscriptionEventData
  readonly 'subscription.updated': SubscriptionEventData
  readonly 'template.approved': TemplateReviewData
  readonly 'template.changes_requested': TemplateReviewData
  readonly 'template.created': TemplateEventData
  readonly 'template.deleted': TemplateEventData
  readonly 'template.deprecated': TemplateEventData
  readonly 'template.edited': TemplateEventData
  readonly 'template.granted': TemplateGrantedData
  readonly 'template.ownership_expired': OwnershipExpiredData
  readonly 'template.price_changed': TemplatePriceData
  readonly 'template.price_withdrawn': TemplateEventData
  readonly 'template.rejected': TemplateReviewData
  readonly 'template.review_started': TemplateReviewData
  readonly 'template.sold': SaleEventData
  readonly 'template.submitted': TemplateEventData
  readonly 'template.updated': TemplateReviewData
  readonly 'top_up.paid': TopUpPaidData
  readonly 'usage.amended': UsageAmendedData
  readonly 'usage.warning': UsageWarningData
  readonly 'vendor.payout_account_changed': VendorEventData
  readonly 'vendor.unverified': VendorEventData
  readonly 'vendor.updated': VendorEventData
  readonly 'vendor.verified': VendorEventData
  readonly 'webhook.test': TestEventData
  readonly 'webhook_endpoint.disabled': EndpointDisabledData
}

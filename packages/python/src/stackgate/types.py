"""Data of requests and responses. Do not edit: `npm run docs` of Stackgate generates this file.

The values are dictionaries. New members can be added, so other members must be ignored.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

#: Time or date of a request. A `datetime` must have a time zone.
Time = datetime | str


class Account(TypedDict):
    """The party that pays and holds entitlements. Its members act for it."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Increases with every change of entitlements or money. Equals the sequence of the account's last event.
    revision: int
    #: Current plan of the account.
    plan: AccountPlan


class AccountPlan(TypedDict):
    """Current plan of an account."""

    #: Time the plan ends or renews (business clock). Null if it does neither.
    ends_at: str | None
    #: The plan in its current version.
    plan: str


class Actor(TypedDict):
    """A user, service, agent or system that acted."""

    #: Kind of the actor. One of `agent`, `anonymous`, `api_key`, `system`, `user`; others can be added.
    kind: str
    #: Name to show: that of the user, key or system. The ID of an agent, and of a user or key that the caller cannot see.
    label: str
    #: User who acted. Null for others, and if deleted or not visible to the caller.
    user: User | None
    #: Key that acted. Null for others, and if deleted or not visible to the caller.
    api_key_id: str | None


class AddToUsageBatch(TypedDict):
    """Outcome of a report of use, per event."""

    #: Number of events that were accepted.
    accepted: int
    #: Number of events that were accepted before under the same key.
    duplicates: int
    #: Rejected events, in the order of the list.
    rejected: list[RejectedUsage]


class RequiredAddToUsageBatchRequestLine(TypedDict):
    """Members that every `AddToUsageBatchRequestLine` has."""

    #: Account ID or reference (`person:…`, `team:…`, `community:…`).
    account_id: str
    #: Code of a quota or credit feature.
    feature: str
    #: Unique key of the use; of a line, for the account in the batch. A use that is sent again counts once. 1–255 printable ASCII characters without spaces.
    key: str


class AddToUsageBatchRequestLine(RequiredAddToUsageBatchRequestLine, total=False):
    """An object without a name of its own in the document."""

    #: Number of units, 1–1,000,000,000,000. Required without `work`.
    amount: int | None
    #: Time of the use (business clock), at most 5 minutes in the future, which counts as now. `recordUsage` accepts the last 35 days, and counts use of a period that has ended in the current one; a line of a batch is denied before the current window of a quota. Default: now, and for a line of a batch the time at which the batch is closed.
    at: Time | None
    #: Properties of the use by which usage can be grouped, of those that the feature has in the catalog. A value has 1–100 characters, and no personal data. Default: none.
    properties: list[AddToUsageBatchRequestLinePropertie] | None
    #: Member of the account who used the units. The caps of the member apply. Default: none.
    user_id: str | None
    #: Work that the rate card of the feature prices, instead of `amount`.
    work: Work | None


class AddToUsageBatchRequestLinePropertie(TypedDict):
    """An object without a name of its own in the document."""

    #: Name of the dimension in the rate card, or of the property of the feature, for example `model`.
    name: str
    #: Value of the dimension or property, for example `large`.
    value: str


class Alert(TypedDict):
    """A level that use reaches, or that a balance falls below, with the numbers that it watches."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Feature whose use or balance counts.
    feature: str
    #: Number that the alert watches. One of `allowance`, `balance`, `forecast`; others can be added.
    basis: str
    #: Percent of `base`. Null for a level in units, and for a forecast.
    percent: float | None
    #: The level in units; for one in percent: `percent` of `base`, rounded up. Null for a forecast, and for a percent without an allowance.
    units: int | None
    #: Units that the window grants; for a balance in percent the highest balance since the last grant: of credits, a pack, or an allowance at the start of its window. Null if unlimited, without an allowance, and for a balance in units.
    base: int | None
    #: Units of the allowance that are used in the present window. Reserved units do not count. Null for a balance.
    used: int | None
    #: Units that are not used yet, reserved ones included. Null if unlimited, and for the use of an allowance.
    balance: int | None
    #: Units at the end of the window at the present rate: used / elapsed × length of the window. Null before a tenth of the window, without an allowance, and for a balance.
    forecast: int | None
    #: Whether the level is reached. On a balance, the next alert follows after it has risen and fallen again.
    reached: bool
    #: End of the present window (business clock). Null without an allowance, and for a balance.
    resets_at: str | None


class Alerts(TypedDict):
    """Alerts with the numbers that they watch, in the order of the catalog: at most 21 for each feature."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    #: Alerts with the numbers that they watch, in the order of the catalog: at most 21 for each feature.
    alerts: list[Alert]


class Allocation(TypedDict):
    """A resource that counts against a limit, or no longer."""

    feature: str
    resource_id: str
    allocated: bool
    entitlement: Entitlement


class AssignSeat(TypedDict):
    """Seats that are assigned to members, one entry per feature of `seats` of the catalog."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    #: Seats that are assigned to members, one entry per feature of `seats` of the catalog.
    seats: list[SeatLicense]


class BillingSubscription(TypedDict):
    """A recurring subscription to a plan, with its add-ons."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Status of the subscription. One of `active`, `canceled`, `expired`, `incomplete`, `past_due`, `paused`, `trialing`, `unpaid`; others can be added.
    status: str
    #: Payment provider. One of `paypal`, `stripe`; others can be added.
    provider: str
    #: Quantity of the plan: seats if priced per seat, otherwise 1.
    quantity: int
    #: Time the subscription started (business clock).
    started_at: str
    #: Start of the current period (business clock). Null before the first.
    current_period_start: str | None
    #: End of the current period (business clock). Null before the first.
    current_period_end: str | None
    #: Time a scheduled cancellation takes effect (business clock). Null if not scheduled.
    cancel_at: str | None
    #: Time the cancellation was requested (business clock). Null if not requested.
    canceled_at: str | None
    #: End of the trial (business clock). Null without a trial.
    trial_ends_at: str | None
    #: End of the grace period for an unpaid invoice (business clock). Null if nothing is overdue.
    grace_ends_at: str | None
    #: Pause of its payments. Null without one, and after the payment that follows it.
    pause: SubscriptionPause | None
    #: Subscribed plan, in its current version.
    plan: str
    #: Discounts on its invoices, as last read from the provider. At PayPal none.
    discounts: list[Discount]
    #: Change scheduled for the end of the period. Null if none.
    scheduled_change: ScheduledChange | None
    #: Account that pays. Null after its deletion.
    account_id: str | None
    #: Start of the suspension of its entitlements, while the payment of the running period is disputed (business clock). Null if it is not suspended.
    suspended_at: str | None
    #: Items of the subscription: the plan first, then the add-ons.
    items: list[SubscriptionItem]
    #: Credit for unused time from the latest change: an immediate downgrade, a removed add-on or an immediate cancellation. At PayPal it is a refund. Null if there was none.
    unused_time_credit: Money | None


class ChangePlan(TypedDict):
    """An accepted change of plan. A change that a buyer has to confirm has an `action_url` and takes effect once confirmed."""

    #: Page where the buyer confirms the payment (3-D Secure). Null if no confirmation is needed.
    action_url: str | None
    #: Credit for unused time from the change. Null if none, or if the change is not in effect yet.
    credit: Money | None
    #: Time the change takes effect (business clock).
    effective_at: str
    #: Current state of the subscription.
    subscription: BillingSubscription


class RequiredCheck(TypedDict):
    """Members that every `Check` has."""

    #: Whether the account can use the feature now.
    allowed: bool
    #: Steps of the decision, for people.
    explain: list[str]
    #: Units that would remain after the use. Null if unlimited or denied.
    remaining_after: int | None
    #: Entitlement that was checked. Null if the account has none.
    entitlement: Entitlement | None
    denial: Denial | None


class Check(RequiredCheck, total=False):
    """Result of a check whether an account may use a feature now. A check changes nothing."""

    #: Price of the work that was checked. Null without work, and if it has no price.
    price: UsagePrice


class Checkout(TypedDict):
    """One attempt to pay for a product."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: ID of the attempt at the provider. Null until the provider has responded.
    provider_reference: str | None
    #: Page to which the buyer is sent: the payment page of the provider while OPEN; for a plan that is paid by invoice, the success URL. Otherwise null.
    url: str | None
    #: Page of the first invoice of a plan that is paid by invoice. Null for other checkouts. Null for a key for all accounts without a scope with the permission `members_read`.
    payment_url: str | None
    #: Status of the checkout. Each change is an event `checkout.…` of `billing_events`. One of `canceled`, `completed`, `creating`, `expired`, `failed`, `open`, `processing`, `quarantined`; others can be added.
    status: str
    #: Explanation of the status, for example of a quarantine. Null if none is needed.
    status_reason: str | None
    #: Payment provider. One of `paypal`, `stripe`; others can be added.
    provider: str
    #: Number of units that are bought, for example seats.
    quantity: int
    #: Billing interval. Null for what is paid once.
    interval: str | None
    #: Days before the first payment. Zero without a trial.
    trial_days: int
    #: Creation time of the checkout (business clock).
    created_at: str
    #: Time the checkout expires (business clock). Null if the provider has not set one.
    expires_at: str | None
    #: Time of the payment (business clock). Null if it is not paid.
    completed_at: str | None
    #: Amount of the first payment, before discounts and tax.
    money: Money
    #: Product to purchase.
    product: Product


class CompareUsage(TypedDict):
    """Outcome of a report of use, per event."""

    #: Number of events that were accepted.
    accepted: int
    #: Number of events that were accepted before under the same key.
    duplicates: int
    #: Number of accepted events whose decision differs from the one that was compared. Null unless the events were compared.
    difference_count: int | None
    #: Rejected events, in the order of the list.
    rejected: list[RejectedUsage]


class RequiredCompareUsageRequestUse(TypedDict):
    """Members that every `CompareUsageRequestUse` has."""

    #: Account ID or reference (`person:…`, `team:…`, `community:…`).
    account_id: str
    #: True if the other engine allowed the use.
    allowed: bool
    #: Code of a quota or credit feature.
    feature: str
    #: Key of the use, unique for the account in the comparison. A use that is sent again is compared once. 1–255 printable ASCII characters without spaces.
    key: str


class CompareUsageRequestUse(RequiredCompareUsageRequestUse, total=False):
    """An object without a name of its own in the document."""

    #: Number of units, 1–1,000,000,000,000. Required without `work`.
    amount: int | None
    #: Time of the use (business clock), within the last 24 hours and after the start of the comparison. Default: now.
    at: Time | None
    #: Cost that the other engine charged beyond the allowance. Default: not compared.
    cost: CompareUsageRequestUseCost | None
    #: Units left in the other engine afterwards. Default: not compared.
    remaining: int | None
    #: Next reset in the other engine (business clock). Default: not compared.
    resets_at: Time | None
    #: Units or credits that the other engine charged. Default: not compared.
    units: int | None
    #: Work that the rate card of the feature prices, instead of `amount`.
    work: Work | None


class CompareUsageRequestUseCost(TypedDict):
    """Cost that the other engine charged beyond the allowance. Default: not compared."""

    #: Decimal amount, for example `20.00`.
    amount: str
    #: ISO 4217 code.
    currency: str


class ComparedDecision(TypedDict):
    """Decision of one engine on a use."""

    #: True if the use was allowed.
    allowed: bool
    #: Units or credits that it cost. Null if it was denied or not stated.
    units: int | None
    #: Cost beyond the allowance. Null without cost, and if it was not stated.
    cost: Money | None
    #: Units left afterwards. Null if unlimited or not stated.
    remaining: int | None
    #: Time of the next reset (business clock). Null without one, and if it was not stated.
    resets_at: str | None
    #: Code and text of the denial. Null if there is none.
    denial: ComparedDecisionDenial | None


class ComparedDecisionDenial(TypedDict):
    """Code and text of the denial. Null if there is none."""

    #: Code of the denial.
    code: str
    message: str


class CompedPlan(TypedDict):
    """A plan that an operator gave free of charge."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Units of a plan that is priced by the unit, otherwise 1.
    quantity: int
    #: Time from which it is free of charge (business clock).
    starts_at: str
    #: Time at which it ends (business clock).
    ends_at: str
    #: Reason of the operator.
    reason: str
    #: The plan in its current version.
    plan: str
    #: The plan that follows: that of a subscription, otherwise the default plan.
    next_plan: str


class RequiredConsumption(TypedDict):
    """Members that every `Consumption` has."""

    id: str
    feature: str
    amount: int
    #: Units per source.
    taken: list[ConsumptionTaken]
    at: str
    entitlement: Entitlement


class Consumption(RequiredConsumption, total=False):
    """Units that were consumed."""

    #: Absent if no units were beyond the allowance.
    overage: list[OverageCharge]
    #: There if it was committed after its reservation had ended by its time.
    late: bool
    #: There if the end of a reservation consumed its estimate.
    estimated: bool
    #: Properties of the use. Absent without any.
    properties: dict[str, str]
    #: Cost in US dollars that the provider of the work reported. Absent if it reported none.
    provider_cost: str
    #: Units that were not available and became debt. Absent if there are none.
    debt: int
    #: Only for work.
    price: UsagePrice
    #: Failure policy that decided while the database was unavailable. One of `open`, `closed`; others can be added.
    decided_by: str


class ConsumptionAmendments(TypedDict):
    """Amendments that returned units of it, oldest first: at most 100."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    consumption_id: str
    #: Number of units. 0 only for work that costs nothing yet.
    amount: int
    #: Number of its units that still count.
    remaining: int
    #: Amendments that returned units of it, oldest first: at most 100.
    amendments: list[UsageAmendment]


class ConsumptionTaken(TypedDict):
    """An object without a name of its own in the document."""

    #: One of `plan`, `addon`, `package`, `rollover`, `override`, `pool`, `overage`; others can be added.
    kind: str
    #: Null for an override.
    code: str | None
    #: Reason of an override.
    reason: str | None
    amount: int
    unlimited: bool
    expires_at: str | None


class CreditGrant(TypedDict):
    """A dated amount of credits, or of a quota in addition to the plan."""

    #: Units granted.
    amount: int
    #: Expiry time (business clock); nothing can be used from then on. Null if it does not expire.
    expires_at: str | None
    #: Time of the grant (business clock).
    granted_at: str
    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Units that are not used yet.
    remaining: int
    #: Source of the grant.
    source: EntitlementSource


class RequiredDenial(TypedDict):
    """Members that every `Denial` has."""

    #: Short text.
    error: str
    #: Machine-readable reason.
    code: str
    #: Explanation for people.
    message: str


class Denial(RequiredDenial, total=False):
    """An expected denial with its remedies."""

    #: Steps that would lift a denial, cheapest first.
    remedies: list[Remedy]
    #: Absolute URL of a page where the account can buy more.
    upgrade_url: str | None
    #: Path of the first field that is at fault.
    field: str
    #: Every problem of the request, if fields of it are at fault.
    issues: list[Issue]
    quantity: DeniedQuantity


class DeniedQuantity(TypedDict):
    """Numbers of a denial about an amount."""

    #: Code of the feature.
    feature: str
    #: Limit, quota, cap or rate.
    limit: DeniedQuantityLimit | None
    #: Use, including reservations.
    used: DeniedQuantityUsed | None
    #: Requested amount.
    requested: DeniedQuantityRequested
    #: What is left.
    remaining: DeniedQuantityRemaining | None
    #: Time at which use starts again at zero.
    resets_at: str | None


class DeniedQuantityLimit(TypedDict, total=False):
    """Limit, quota, cap or rate."""

    #: Units, unless the limit is in money.
    units: int
    #: Money, if the limit is in money.
    money: Money


class DeniedQuantityRemaining(TypedDict, total=False):
    """What is left."""

    #: Units, unless the limit is in money.
    units: int
    #: Money, if the limit is in money.
    money: Money


class DeniedQuantityRequested(TypedDict, total=False):
    """Requested amount."""

    #: Units, unless the limit is in money.
    units: int
    #: Money, if the limit is in money.
    money: Money


class DeniedQuantityUsed(TypedDict, total=False):
    """Use, including reservations."""

    #: Units, unless the limit is in money.
    units: int
    #: Money, if the limit is in money.
    money: Money


class DeniedUsage(TypedDict):
    """A line that would be denied."""

    #: Key of the line.
    key: str
    #: Machine-readable reason.
    code: str
    #: Human-readable explanation.
    message: str


class Deployment(TypedDict):
    """A stack that an account runs on a server."""

    id: str
    #: ID of the installation, which is the ID of the deployment.
    project_id: str
    #: ID of the template.
    template_id: str | None
    deployment_hash: str
    name: str | None
    #: One of `pending`, `active`, `stopped`; others can be added.
    status: str
    apps: list[DeploymentApp]
    created_at: str


class DeploymentApp(TypedDict):
    """An application of a deployment."""

    code: str
    name: str
    container_name: str | None


class Discount(TypedDict):
    """A discount of a subscription, as last read from the provider. It has either `percent_off` or `amount_off`. The discounts of a subscription are applied in their order."""

    #: Promotion code that was redeemed. Null for a coupon without a code.
    code: str | None
    #: Name of the coupon, which invoices show. Null if it has none.
    name: str | None
    #: Percentage that is taken off, for example 12.5. Null for a fixed amount.
    percent_off: float | None
    #: Amount that is taken off each invoice. Null for a percentage.
    amount_off: Money | None
    #: Number of invoices that it reduces. One of `forever`, `once`, `repeating`; others can be added.
    duration: str
    #: End of the discount (business clock): later invoices have the full price. Null unless REPEATING.
    ends_at: str | None


class EndTerms(TypedDict):
    """Plans that the account has free of charge."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    #: Increases with every change of entitlements or money. Equals the sequence of the account's last event.
    revision: int
    #: Plans that the account has free of charge.
    comped_plans: list[CompedPlan]


class RequiredEntitlement(TypedDict):
    """Members that every `Entitlement` has."""

    feature: str
    #: One of `boolean`, `limit`, `quota`, `rate`, `credit`; others can be added.
    kind: str
    granted: bool
    unlimited: bool
    #: Null if unlimited or not counted.
    limit: int | None
    used: int
    reserved: int
    remaining: int | None
    resets_at: str | None
    percent: float | None
    near_limit: bool
    sources: list[EntitlementSource]
    #: Revision of the account.
    revision: int


class Entitlement(RequiredEntitlement, total=False):
    """Permission and amount of one feature for one account."""

    #: Absent if such use is denied.
    overage: EntitlementOverage


class RequiredEntitlementCheck(TypedDict):
    """Members that every `EntitlementCheck` has."""

    allowed: bool
    entitlement: Entitlement | None
    denial: Denial | None
    #: Steps of the decision.
    explain: list[str]


class EntitlementCheck(RequiredEntitlementCheck, total=False):
    """Result of a check, also for a denial."""

    #: Only for work.
    price: UsagePrice
    #: Failure policy that decided while the database was unavailable. One of `open`, `closed`; others can be added.
    decided_by: str


class EntitlementOverage(TypedDict):
    """Use beyond the allowance and all packs, at a price."""

    plan: str
    #: Price of `per` units, as a decimal. With tiers, that of the first one that has a price.
    price: str
    per: int
    currency: str
    #: Price with all tiers as text. For an operation, its units by tier.
    summary: str
    #: Most units beyond the allowance in a window.
    cap: int
    used: int
    reserved: int
    remaining: int
    #: Cost of the used units, as a decimal.
    cost: str


class EntitlementSource(TypedDict):
    """The plan, add-on, package or override that grants an entitlement."""

    #: One of `plan`, `addon`, `package`, `rollover`, `override`, `pool`, `overage`; others can be added.
    kind: str
    #: Null for an override.
    code: str | None
    #: Reason of an override.
    reason: str | None
    amount: int | None
    unlimited: bool
    expires_at: str | None


class EntitlementsToken(TypedDict):
    """A signed claim of the entitlements that an account had when it was issued (JWT with EdDSA). It is advice for showing and hiding parts of a page."""

    #: The token. The published keys of the installation verify it.
    token: str
    #: End of the token (machine clock).
    expires_at: str


class GrantUse(TypedDict):
    """One deduction: units taken from one source."""

    #: Number of units, at least 1.
    amount: int
    #: Kind of the source. One of `addon`, `overage`, `override`, `package`, `plan`, `pool`, `rollover`; others can be added.
    kind: str
    #: Code of the plan, add-on or package; of a rollover, of the plan that granted the units. Null for an override.
    code: str | None
    #: Display name of the plan, add-on or package. Null for other sources.
    name: str | None
    #: Reason of an override. Null for other sources.
    reason: str | None
    #: Whether the source removes the limit.
    unlimited: bool
    #: Expiry time (business clock). Null if it does not expire.
    expires_at: str | None


class Issue(TypedDict):
    """A problem of one field of the request."""

    #: Names of members and positions in lists.
    path: list[Any]
    code: str
    #: Explanation for people.
    message: str


class Money(TypedDict):
    """An amount of money."""

    #: Decimal amount.
    amount: str
    #: ISO 4217 code.
    currency: str


class MoveSeat(TypedDict):
    """Seats that are assigned to members, one entry per feature of `seats` of the catalog."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    #: Seats that are assigned to members, one entry per feature of `seats` of the catalog.
    seats: list[SeatLicense]


class OpenBillingPortal(TypedDict):
    """A page of the provider for one customer or vendor, valid for a short time."""

    #: URL of the page. Null if there is nothing left to do: the vendor is connected.
    url: str | None


class OverageCharge(TypedDict):
    """Units that were beyond the allowance, and their cost."""

    plan: str
    units: int
    #: Price of `per` units, as a decimal. With tiers, that of the first one that has a price.
    price: str
    per: int
    currency: str
    #: Price with all tiers as text. For an operation, its units by tier.
    summary: str
    #: Cost of the units, as a decimal.
    cost: str
    window_start: str


class ParameterValue(TypedDict):
    """The value of a parameter of a template."""

    #: Name of the parameter.
    name: str
    #: Value of the parameter. Null for a secret, which only the agent can read.
    value: str | None


class PlanCheck(TypedDict):
    """Result of a check whether an account has a plan."""

    allowed: bool
    denial: Denial | None


#: Units of a pool that a sub-account used in the present period.
PoolUsage = TypedDict(
    "PoolUsage",
    {
        #: Feature whose pool was used.
        "feature": "str",
        #: Units used.
        "used": "int",
        #: Start of the period (business clock).
        "from": "str",
    },
)


class Pools(TypedDict):
    """Sub-accounts that use the pools of this account, by name, at most 1,000."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    #: Limits and use of this account in the pools of its parent. Null if it has no parent.
    sub_account: SubAccount | None
    #: Sub-accounts that use the pools of this account, by name, at most 1,000.
    sub_accounts: list[SubAccount]


class PreviewUsageRequestPropertie(TypedDict):
    """An object without a name of its own in the document."""

    #: Name of the dimension in the rate card, or of the property of the feature, for example `model`.
    name: str
    #: Value of the dimension or property, for example `large`.
    value: str


class Price(TypedDict):
    """An amount with its billing interval."""

    #: Decimal amount.
    amount: str
    #: ISO 4217 code.
    currency: str
    #: Billing interval. One of `one_time`, `month`, `year`; others can be added.
    interval: str


class PriceChange(TypedDict):
    """A changed price of work."""

    #: Value of the dimension of the price list, for example a model.
    value: str
    #: Name of the quantity.
    quantity: str
    #: Size of the prompt above which the price counts. Null for the price of each prompt.
    above: int | None
    #: Price of a million before, in units of the feature. Null for a new price.
    before: str | None
    #: Price of a million afterwards, in units of the feature. With 0, parts such as cached tokens are free, and for others the default line of the card counts.
    after: str


class PriceDifference(TypedDict):
    """Prices of a public list that the rate card leaves out, under one name."""

    #: Name of the price in the list.
    member: str
    #: Reason that the prices are left out. One of `no_number`, `unknown_price`; others can be added.
    reason: str
    #: Number of models that have such a price.
    model_count: int
    #: The first of these models.
    model: str


class PriceList(TypedDict):
    """Changes of the prices of a rate card that its public price list proposes."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Code of the feature of the rate card.
    feature: str
    #: Status of the changes. One of `applied`, `proposed`, `rejected`, `superseded`; others can be added.
    status: str
    #: True if only an operator applies the changes: prices below a tenth of before, or from ten times.
    needs_operator: bool
    #: Changed prices.
    changes: list[PriceChange]
    #: Prices of the document that the rate card leaves out.
    differences: list[PriceDifference]
    #: Time at which the changes were proposed (machine clock).
    proposed_at: str
    #: Version of the prices of the feed, from 1. `explain` of a price names it. Null until the changes are applied.
    price_version: int | None
    #: Time from which the changes count (business clock). Null until they are applied.
    applied_at: str | None
    #: Operator who applied or rejected the changes. Null for none.
    decided_by: Actor | None
    #: Reason of a rejection. Null without one.
    reason: str | None


class PriceLists(TypedDict):
    """A page of price lists."""

    #: Changes of prices that public price lists proposed, newest first.
    price_lists: list[PriceList]
    #: Cursor of the page after this one. Null for the last page.
    next_after: str | None


class Product(TypedDict):
    """A product for sale: a plan, package or template, with its prices."""

    #: Kind of the product. One of `package`, `plan`, `template`; others can be added.
    type: str
    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Code of the plan or package, or slug of the template.
    code: str
    #: Display name of the product.
    name: str
    #: ID of the template. Null for plans and packages.
    external_id: str | None


class Quantity(TypedDict):
    """Units of a feature or money: exactly one of them."""

    #: Units. Null for money.
    units: int | None
    #: Money. Null for units.
    money: Money | None


class RejectedUsage(TypedDict):
    """A usage event that was rejected, with the reason."""

    #: Machine-readable reason.
    code: str
    #: Index of the event in the list, from 0.
    index: int
    #: Human-readable explanation.
    message: str


class RequiredRemedy(TypedDict):
    """Members that every `Remedy` has."""

    #: Kind of the step.
    kind: str
    #: Label for people.
    label: str


class Remedy(RequiredRemedy, total=False):
    """One step that would lift a denial."""

    #: Mutation of the GraphQL API that carries out the step.
    mutation: str
    #: Arguments of the mutation, or the changed ones of the denied mutation, as `Remedy.input` of GraphQL.
    input: RemedyInput
    #: Object that the step uses, for example a price.
    target_id: str
    price: Price
    #: Time at which waiting lifts the denial.
    at: str
    #: Absolute URL of the page on which the step is carried out.
    url: str
    #: Number of repetitions, if more than one.
    quantity: int
    #: Decimal cost of all repetitions.
    total: str
    action: RemedyAction


class RequiredRemedyAction(TypedDict):
    """Members that every `RemedyAction` has."""

    #: What to do, as `start_subscription`, `purchase_package`, `retry`, `wait` or `open_url`.
    type: str


class RemedyAction(RequiredRemedyAction, total=False):
    """The step with every value that a program needs."""

    #: Code of the plan.
    plan: str
    #: Billing interval.
    interval: str
    #: Number of units.
    quantity: int
    #: Currency of the payment.
    currency: str
    #: Code of the package.
    package: str
    #: ID of the template.
    template_id: str
    #: Effective time: `now` or `period_end`.
    at: str | None
    #: Payment provider to use.
    provider: str | None
    #: Fields to omit.
    omitted_fields: list[str]
    #: Mutation without fields.
    mutation: str
    #: The spend cap that denies.
    cap_id: str
    #: Code of the feature of a spend cap.
    feature: str
    #: Period of a spend cap.
    period: str
    #: Member whose spend cap it is.
    user_id: str | None
    #: Units or money of a spend cap that suffice.
    limit: RemedyActionLimit
    #: Earliest time of a repetition.
    retry_at: str | None
    #: Absolute URL of a page.
    url: str


class RemedyActionLimit(TypedDict, total=False):
    """Units or money of a spend cap that suffice."""

    units: int
    money: Money


#: Arguments of the mutation, or the changed ones of the denied mutation, as `Remedy.input` of GraphQL.
RemedyInput = dict[str, Any]


class RemoveSpendCap(TypedDict):
    """The party that pays and holds entitlements. Its members act for it."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str


class RequiredReservation(TypedDict):
    """Members that every `Reservation` has."""

    id: str
    feature: str
    amount: int
    #: One of `held`, `committed`, `released`, `expired`; others can be added.
    status: str
    expires_at: str
    #: One of `release`, `commit`, `commit_estimate`; others can be added.
    on_expiry: str
    #: Units that are used so far, by the latest estimate.
    estimate: int | None
    entitlement: Entitlement


class Reservation(RequiredReservation, total=False):
    """Units that are held until they are used or released."""

    #: Only for work.
    price: UsagePrice


class ScheduledChange(TypedDict):
    """A change scheduled for the end of the paid period. It can be canceled until then."""

    #: Time the change takes effect (business clock).
    effective_at: str
    #: Quantity after the change.
    quantity: int
    #: Promotion code that is redeemed when the change takes effect. Null without one.
    promotion_code: str | None
    #: Price after the change.
    price: Price
    #: Plan after the change, in its current version.
    plan: str


class SeatHolder(TypedDict):
    """A user who has a seat."""

    #: User with the seat. Null if the user was deleted.
    user: User | None
    #: Time at which the seat was assigned (business clock).
    assigned_at: str


class SeatLicense(TypedDict):
    """Seats of a feature that are assigned to members."""

    #: Feature whose units are seats.
    feature: str
    #: Number of seats. Null if unlimited.
    limit: int | None
    #: Number of assigned seats. It can exceed a limit that became smaller.
    assigned_count: int
    #: Number of free seats. Null if unlimited.
    remaining: int | None
    #: Users with a seat, oldest assignment first.
    holders: list[SeatHolder]
    #: Cursor of the page after this one. Null for the last page.
    next_after: str | None


class Seats(TypedDict):
    """Seats that are assigned to members, one entry per feature of `seats` of the catalog."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    #: Seats that are assigned to members, one entry per feature of `seats` of the catalog.
    seats: list[SeatLicense]


class SetAlerts(TypedDict):
    """Alerts with the numbers that they watch, in the order of the catalog: at most 21 for each feature."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    #: Alerts with the numbers that they watch, in the order of the catalog: at most 21 for each feature.
    alerts: list[Alert]


class RequiredSetAlertsRequestAlert(TypedDict):
    """Members that every `SetAlertsRequestAlert` has."""

    #: Number that the alert watches. One of `allowance`, `balance`, `forecast`; others can be added.
    basis: str


class SetAlertsRequestAlert(RequiredSetAlertsRequestAlert, total=False):
    """An object without a name of its own in the document."""

    #: Percent, 1–100: of the allowance, or of what the account held after its last grant. At most 5 for each basis.
    percent: int | None
    #: Used units, also of an unlimited allowance, or units that are left. At most 5 for each basis.
    units: int | None


class SetParent(TypedDict):
    """Limits and use of this account in the pools of its parent. Null if it has no parent."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    #: Limits and use of this account in the pools of its parent. Null if it has no parent.
    sub_account: SubAccount2 | None


class SetPlan(TypedDict):
    """Result of an event of the seller's own payment provider."""

    #: The account with its present plan. Null if the mutation was denied.
    account: Account | None
    #: True if this event decides the plan of its source. False if a newer event of the source does. Null if the mutation was denied.
    applied: bool | None


class SetSpendCapRequestLimit(TypedDict, total=False):
    """Most units in a period, or their highest cost beyond the allowance; at most the cap of the operator. 0 allows no unit, or nothing beyond the allowance."""

    #: Money in `AccountUsage.currency`.
    money: SetSpendCapRequestLimitMoney | None
    #: Units, 0–1,000,000,000,000.
    units: int | None


class SetSpendCapRequestLimitMoney(TypedDict):
    """Money in `AccountUsage.currency`."""

    #: Decimal amount, for example `20.00`.
    amount: str
    #: ISO 4217 code.
    currency: str


class SetTerms(TypedDict):
    """Plans that the account has free of charge."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    #: Increases with every change of entitlements or money. Equals the sequence of the account's last event.
    revision: int
    #: Plans that the account has free of charge.
    comped_plans: list[CompedPlan]


class SpendCap(TypedDict):
    """Most units of a feature in a period, or their highest cost beyond the allowance. It denies nothing while the catalog does not list the feature."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Feature that is capped.
    feature: str
    #: Period of the cap. One of `billing_period`, `day`, `month`; others can be added.
    period: str
    #: Most units in a period, or their highest cost.
    limit: Quantity
    #: Units used in the present period, or their cost. For a member, the cost is rounded up to the smallest unit of the currency.
    used: Quantity
    #: Units of open reservations, or the cost that they have when they are committed.
    reserved: Quantity
    #: Units that the cap still allows in the present period, or their cost.
    remaining: Quantity
    #: End of the present period (business clock).
    resets_at: str
    #: Member whose use is limited. Null: the whole account.
    member: User | None
    #: Whether an operator set the cap. The account cannot change it.
    set_by_operator: bool
    #: Percent of the limit at which an alert is sent, ascending.
    alert_percents: list[int]


class SpendCaps(TypedDict):
    """Spend caps of the account and its members, or of a sub-account, with the use of the present period, by code of the feature and age."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    #: Currency in which use beyond the allowances is charged, and in which caps and thresholds are set: that of the subscription, otherwise that of the catalog.
    currency: str
    #: Spend caps of the account and its members, or of a sub-account, with the use of the present period, by code of the feature and age.
    spend_caps: list[SpendCap]
    #: Cursor of the page after this one. Null for the last page.
    next_after: str | None


class StartDeployment(TypedDict):
    """A deployment, with its enrollment token when that is new."""

    #: The deployment.
    deployment: Deployment
    #: One-time secret to register the agent. Null in a replay, and if the token did not change.
    enrolment_token: str | None
    #: Values that were generated for parameters of the template, shown once. Null in a replay, and if none were made.
    generated_values: list[ParameterValue] | None


class RequiredStartDeploymentRequestApp(TypedDict):
    """Members that every `StartDeploymentRequestApp` has."""

    #: Application code that commands use.
    code: str


class StartDeploymentRequestApp(RequiredStartDeploymentRequestApp, total=False):
    """An object without a name of its own in the document."""

    #: Name of the container on the server, 1–200 characters.
    container_name: str | None
    #: Display name, 1–200 characters. Default: the application code.
    name: str | None


class StartDeploymentRequestServer(TypedDict, total=False):
    """Target server, checked against the template's requirements. Default: not checked."""

    #: Cloud provider, for example `hetzner`.
    cloud: str | None
    #: Number of processor cores.
    cpu_cores: int | None
    #: Disk size in GB.
    disk_gb: int | None
    #: Memory size in MB.
    memory_mb: int | None
    #: Name of the server in your system, 1–200 printable ASCII characters without spaces. Deployments with the same name share one managed server. Default: the server that the agent reports.
    reference: str | None
    #: Operating system, for example `ubuntu-24.04`.
    system: str | None


class StartDeploymentRequestValue(TypedDict):
    """An object without a name of its own in the document."""

    #: Name of the parameter.
    name: str
    #: Value of the parameter, a single line. An empty text counts as no value.
    value: str


class SubAccount(TypedDict):
    """An account that uses the pools of a parent account."""

    #: The sub-account.
    account_id: str
    #: Account whose pools it uses.
    parent_id: str
    #: Time from which it uses the pools (business clock).
    starts_at: str
    #: Limits that the parent account has set, with the use of the present period.
    limits: list[SpendCap]
    #: Use of the pools, one entry per feature of `pools` of the catalog.
    usage: list[PoolUsage]


class SubAccount2(TypedDict):
    """An account that uses the pools of a parent account."""

    #: Account whose pools it uses.
    parent_id: str


class SubscriptionItem(TypedDict):
    """One item of a subscription: the plan or an add-on."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Billed quantity.
    quantity: int
    #: Unit price of the item.
    price: Price
    #: Package of an add-on. Null for the plan's item.
    package: str | None


class SubscriptionPause(TypedDict):
    """A pause of the payments of a subscription."""

    #: Time of the request (business clock).
    paused_at: str
    #: Time at which payments continue by themselves (business clock). Null if only `resumeSubscription` ends the pause, and after it has ended.
    resumes_at: str | None
    #: End of the last paid period (business clock).
    paid_until: str
    #: True if the plan stays after the paid period. Set in the catalog.
    keeps_access: bool
    #: True if payments continue and the next one has not come yet. After it, the pause is over and can be repeated.
    resumed: bool


class UnassignSeat(TypedDict):
    """Seats that are assigned to members, one entry per feature of `seats` of the catalog."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    #: Seats that are assigned to members, one entry per feature of `seats` of the catalog.
    seats: list[SeatLicense]


class UpsertAccount(TypedDict):
    """Kind of the account."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    #: Kind of the account. One of `community`, `customer`, `person`, `team`; others can be added.
    kind: str
    #: ID in the system the account comes from: the `sub` of a person, the ID of a team, community or customer.
    external_id: str
    #: Display name of the account. An email address or the page of an invoice is `…` for a key for all accounts without a scope with the permission `members_read`.
    name: str
    #: Address for receipts and notices while no owner has signed in. Null if not set. Personal data: a key for all accounts requires a scope with the permission `members_read`.
    billing_email: str | None
    #: Data of the application. Empty for callers who are neither services for all accounts nor operators. Personal data: a key for all accounts requires a scope with the permission `members_read`.
    metadata: Any
    #: Currency of its prices. Null: the default of the catalog.
    currency: str | None
    #: Language of mails and pages, as a tag of BCP 47. Null: that of the browser.
    language: str | None
    #: Time zone, as an IANA name. Null: UTC.
    time_zone: str | None


class UsageAmendment(TypedDict):
    """Units of a consumption that were returned later. The consumption and its ledger entries are unchanged."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Feature of the units.
    feature: str
    #: Units that are returned.
    amount: int
    #: Units of the consumption that still count afterwards.
    remaining: int
    #: Returned units that cannot be used, because their grant had expired or was revoked.
    lost_units: int
    #: Returned units that reduced the debt of the feature instead of raising the balance.
    debt_reduced: int
    #: Effect on invoices, as known at the time of the amendment. One of `next_report`, `none`, `not_reported`, `window_invoice`; others can be added.
    invoice_effect: str
    #: Reason that was given.
    reason: str
    #: Operator or service that amended the usage.
    amended_by: Actor
    #: Time of the amendment (business clock).
    at: str
    #: Returned units per source, the last deduction first. Without units that were debt.
    returned: list[GrantUse]
    #: Consumption that was amended. Null if the catalog does not have its feature any more.
    consumption_id: str | None


class UsageAmendmentPreview(TypedDict):
    """Effect of an amendment before it is made."""

    #: Whether `amendUsage` would succeed.
    allowed: bool
    #: Units that are returned.
    amount: int
    #: Returned units per source, the last deduction first. Without units that were debt.
    returned: list[GrantUse]
    #: Returned units that cannot be used, because their grant had expired or was revoked.
    lost_units: int
    #: Returned units that reduced the debt of the feature instead of raising the balance.
    debt_reduced: int
    #: Effect on invoices. Null if the amendment is denied.
    invoice_effect: str | None
    denial: Denial | None


class UsageBatch(TypedDict):
    """Past usage that is recorded, and reverted, as a whole."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Name that was given.
    name: str
    #: Reason that was given.
    reason: str
    #: Status of the batch. One of `closed`, `closing`, `open`, `reverted`, `reverting`; others can be added.
    status: str
    #: Operator or service that opened it.
    opened_by: Actor
    #: Time it was opened (business clock).
    created_at: str
    #: Operator or service that closed it. Null before.
    closed_by: Actor | None
    #: Time its last line had a result (business clock). Null before.
    closed_at: str | None
    #: Operator or service that reverted it. Null before.
    reverted_by: Actor | None
    #: Reason for the reversal. Null if it was not reverted.
    revert_reason: str | None
    #: Time its last line was reverted (business clock). Null before.
    reverted_at: str | None
    #: Error of the last attempt, which is repeated. Null if it succeeded.
    last_error: str | None
    #: Number of lines with a status. Default: of all lines.
    line_count: int
    #: Number of lines with a status. Default: of all lines.
    pending_count: int
    #: Number of lines with a status. Default: of all lines.
    applied_count: int
    #: Number of lines with a status. Default: of all lines.
    denied_count: int
    #: Number of lines with a status. Default: of all lines.
    discarded_count: int
    #: Number of lines with a status. Default: of all lines.
    reverted_count: int
    #: Number of lines with a status. Default: of all lines.
    not_reverted_count: int


class UsageBatch2(TypedDict):
    """Past usage that is recorded, and reverted, as a whole."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Name that was given.
    name: str
    #: Reason that was given.
    reason: str
    #: Status of the batch. One of `closed`, `closing`, `open`, `reverted`, `reverting`; others can be added.
    status: str
    #: Operator or service that opened it.
    opened_by: Actor
    #: Time it was opened (business clock).
    created_at: str
    #: Operator or service that closed it. Null before.
    closed_by: Actor | None
    #: Time its last line had a result (business clock). Null before.
    closed_at: str | None
    #: Operator or service that reverted it. Null before.
    reverted_by: Actor | None
    #: Reason for the reversal. Null if it was not reverted.
    revert_reason: str | None
    #: Time its last line was reverted (business clock). Null before.
    reverted_at: str | None
    #: Error of the last attempt, which is repeated. Null if it succeeded.
    last_error: str | None
    #: Number of lines with a status. Default: of all lines.
    line_count: int
    #: Number of lines with a status. Default: of all lines.
    pending_count: int
    #: Number of lines with a status. Default: of all lines.
    applied_count: int
    #: Number of lines with a status. Default: of all lines.
    denied_count: int
    #: Number of lines with a status. Default: of all lines.
    discarded_count: int
    #: Number of lines with a status. Default: of all lines.
    reverted_count: int
    #: Number of lines with a status. Default: of all lines.
    not_reverted_count: int


class UsageBatchLine(TypedDict):
    """One use of a batch."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Key of the line, unique for the account in the batch.
    key: str
    #: Account of the usage. Null if it was deleted.
    account_id: str | None
    #: Feature of the usage. Null if the catalog does not have it any more.
    feature: str | None
    #: Units of the line. Null for work.
    amount: int | None
    #: Member who used the units. Null if none was named, or if the user was deleted.
    user_id: str | None
    #: Time of the usage (business clock). Null if it counts when the batch is closed.
    used_at: str | None
    #: Status of the line. One of `applied`, `denied`, `discarded`, `not_reverted`, `pending`, `reverted`; others can be added.
    status: str
    #: Consumption of the line. Null if it was not applied, and for units of a pool that the caller cannot see.
    consumption_id: str | None
    #: Units that were consumed. Null if the line was not applied.
    units: int | None
    #: Units that the reversal returned. Null if the line was not reverted.
    returned_units: int | None
    #: Returned units that cannot be used, because their grant had expired or was revoked. Null if the line was not reverted.
    lost_units: int | None
    #: Time of the result (business clock). Null while the line is pending.
    processed_at: str | None
    #: Time of the reversal (business clock). Null before.
    reverted_at: str | None
    #: Code and text of the denial. Null if there is none.
    denial: UsageBatchLineDenial | None


class UsageBatchLineDenial(TypedDict):
    """Code and text of the denial. Null if there is none."""

    #: Code of the denial.
    code: str
    message: str


class UsageBatchPage(TypedDict):
    """Lines of the batch, in the order in which they were added."""

    batch: UsageBatch2
    #: Lines of the batch, in the order in which they were added.
    lines: list[UsageBatchLine]
    #: Cursor of the page after this one. Null for the last page.
    next_after: str | None


class UsageBatches(TypedDict):
    """A page of usage batches."""

    #: Batches of past usage, newest first. Keys of an account see the batches of its keys. Requires scope `entitlements:write`, or an operator.
    batches: list[UsageBatch]
    #: Cursor of the page after this one. Null for the last page.
    next_after: str | None


class UsageComparison(TypedDict):
    """Comparison of the decisions of another engine with those of this server."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Name that was given.
    name: str
    #: Reason that was given.
    reason: str
    #: Operator who started it.
    started_by: Actor
    #: Time it was started (business clock).
    started_at: str
    #: Operator who ended it. Null while it runs.
    ended_by: Actor | None
    #: Reason for the end. Null while it runs.
    end_reason: str | None
    #: Time it was ended (business clock). Null while it runs.
    ended_at: str | None
    #: Batch with the usage that was counted. Null while the comparison runs, and without such usage.
    usage_batch_id: str | None
    #: Number of accounts.
    account_count: int
    #: Compared uses by feature.
    totals: list[UsageComparisonTotal]


class UsageComparisonTotal(TypedDict):
    """Compared uses of one feature."""

    #: Feature of the uses. Null if the catalog does not have it any more.
    feature: str | None
    #: Number of compared uses.
    compared: int
    #: Number of uses on which the engines agree.
    equal: int
    #: Units that the other engine allowed and that were not available here.
    uncovered_units: int
    #: Number of uses with a kind of difference. A use can have several kinds.
    allowed_there_count: int
    #: Number of uses with a kind of difference. A use can have several kinds.
    denied_there_count: int
    #: Number of uses with a kind of difference. A use can have several kinds.
    units_count: int
    #: Number of uses with a kind of difference. A use can have several kinds.
    cost_count: int
    #: Number of uses with a kind of difference. A use can have several kinds.
    remaining_count: int
    #: Number of uses with a kind of difference. A use can have several kinds.
    reset_count: int


class UsageComparisons(TypedDict):
    """A page of usage comparisons."""

    #: Comparisons with other engines, newest first.
    comparisons: list[UsageComparison]
    #: Cursor of the page after this one. Null for the last page.
    next_after: str | None


class UsageDifference(TypedDict):
    """A use on which the engines differ."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Key of the use.
    key: str
    #: Account of the use. Null if it was deleted.
    account_id: str | None
    #: Feature of the use. Null if the catalog does not have it any more.
    feature: str | None
    #: Time of the use (business clock).
    at: str
    #: Kinds of differences, at least one.
    kinds: list[str]
    #: Units that the other engine allowed and that were not available here.
    uncovered_units: int
    #: Decision of the other engine.
    theirs: ComparedDecision
    #: Decision of this server.
    ours: ComparedDecision


class UsageDifferences(TypedDict):
    """Uses on which the engines differ, newest first."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    usage_comparison_id: str
    #: Uses on which the engines differ, newest first.
    differences: list[UsageDifference]
    #: Cursor of the page after this one. Null for the last page.
    next_after: str | None


class UsageEffect(TypedDict):
    """Effect of the lines of one account and feature."""

    #: Account of the usage.
    account_id: str
    #: Feature of the lines. Null if the catalog does not have it any more.
    feature: str | None
    #: Number of lines.
    line_count: int
    #: Number of lines that would be denied.
    denied_count: int
    #: Units that would be consumed.
    units: int
    #: Units per source. Those of a pool have the source of the pool.
    taken: list[GrantUse]
    #: Effect on invoices. One of `next_report`, `none`, `not_reported`, `window_invoice`; others can be added.
    invoice_effect: str
    #: The first 20 lines that would be denied.
    denied: list[DeniedUsage]
    #: Units beyond the allowance with their cost. Null without cost.
    overage: UsageEffectOverage | None


class UsageEffect2(TypedDict):
    """Effect of the lines of one account and feature."""

    #: Account of the usage.
    account_id: str
    #: Feature of the lines. Null if the catalog does not have it any more.
    feature: str | None
    #: Units of the lines, also of those that would be denied. Null if a line has work.
    requested_units: int | None
    #: Units that would be consumed.
    units: int
    #: Remaining units now. Null if unlimited, and for units of a pool that the caller does not pay.
    remaining_before: int | None
    #: Remaining units afterwards. Null if unlimited, and for units of a pool that the caller does not pay.
    remaining_after: int | None
    #: Units per source. Those of a pool have the source of the pool.
    taken: list[GrantUse]
    #: Effect on invoices. One of `next_report`, `none`, `not_reported`, `window_invoice`; others can be added.
    invoice_effect: str
    #: The first 20 lines that would be denied.
    denied: list[DeniedUsage]
    #: Units beyond the allowance with their cost. Null without cost.
    overage: UsageEffect2Overage | None


class UsageEffect2Overage(TypedDict):
    """Units beyond the allowance with their cost. Null without cost."""

    units: int
    #: Decimal amount.
    cost: str
    currency: str


class UsageEffectOverage(TypedDict):
    """Units beyond the allowance with their cost. Null without cost."""

    units: int
    #: Decimal amount.
    cost: str
    currency: str


class UsagePreviewReport(TypedDict):
    """Effect of recording past usage now. Nothing is recorded."""

    #: Number of lines.
    line_count: int
    #: Number of lines that would be denied.
    denied_count: int
    #: Effect on each account and feature.
    effects: list[UsageEffect]
    #: Cursor of the page after this one. Null for the last page.
    next_after: str | None


class UsagePreviewReport2(TypedDict):
    """Effect of recording past usage now. Nothing is recorded."""

    #: Number of lines.
    line_count: int
    #: Number of lines that would be denied.
    denied_count: int
    #: Effect on each account and feature.
    effects: list[UsageEffect2]
    #: Cursor of the page after this one. Null for the last page.
    next_after: str | None


class UsagePrice(TypedDict):
    """Price of work by a rate card, and how it came about."""

    #: Price in units of the feature.
    units: int
    card_version: int
    dimensions: dict[str, str]
    lines: list[UsagePriceLine]
    minimum: int | None
    plan: str | None
    window_start: str
    #: Treatment of units that were not available in a commit.
    overage: UsagePriceOverage | None
    #: Steps of the price.
    explain: list[str]


class UsagePriceLine(TypedDict):
    """An object without a name of its own in the document."""

    #: Line of the rate card: the quantity and its conditions.
    line: str
    quantity: str
    amount: int
    #: Amount that the line counted in the window before.
    before: int
    factor: str
    #: Exact price in units, as a decimal.
    exact: str
    units: int


class UsagePriceOverage(TypedDict):
    """Treatment of units that were not available in a commit."""

    #: One of `cap`, `overflow`; others can be added.
    policy: str
    units: int


class User(TypedDict):
    """A user who signs in. Permissions follow from the roles and accounts of the user."""

    #: Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    #: Full name of the user. The email address if the token contains none. Personal data: a key for all accounts requires a scope with the permission `members_read`.
    name: str
    #: Email address in the user's latest token. Personal data: a key for all accounts requires a scope with the permission `members_read`.
    email: str


class RequiredWork(TypedDict):
    """Members that every `Work` has."""

    #: Quantities by name, for example `{ "input_tokens": 1200 }`.
    quantities: dict[str, int]


class Work(RequiredWork, total=False):
    """Work that the rate card of the feature prices, instead of `amount`."""

    #: Dimensions by name.
    dimensions: dict[str, str]

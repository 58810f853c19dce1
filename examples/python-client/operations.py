"""Operations and data of services. Do not edit: `npm run docs` of Stackgate generates this file.

Responses are dictionaries. New members can be added, so other members must be ignored.
"""

from __future__ import annotations

import uuid
from typing import Any, TypedDict


class Actor(TypedDict):
    """A user, service, agent or system that acted."""

    # Kind of the actor. One of `agent`, `anonymous`, `api_key`, `system`, `user`; others can be added.
    kind: str
    # Name to show: that of the user, key or system. The ID of an agent, and of a user or key that the caller cannot see.
    label: str
    # User who acted. Null for others, and if deleted or not visible to the caller.
    user: User | None
    # Key that acted. Null for others, and if deleted or not visible to the caller.
    api_key_id: str | None


class AddToUsageBatch(TypedDict):
    """Outcome of a report of use, per event."""

    # Number of events that were accepted.
    accepted: int
    # Number of events that were accepted before under the same key.
    duplicates: int
    # Rejected events, in the order of the list.
    rejected: list[RejectedUsage]


class RequiredAddToUsageBatchRequestLine(TypedDict):
    """Members that every `AddToUsageBatchRequestLine` has."""

    # Account ID or reference (`person:…`, `team:…`, `community:…`).
    account_id: str
    # Code of a quota or credit feature.
    feature: str
    # Unique key of the use; of a line, for the account in the batch. A use that is sent again counts once. 1–255 printable ASCII characters without spaces.
    key: str


class AddToUsageBatchRequestLine(RequiredAddToUsageBatchRequestLine, total=False):
    """An object without a name of its own in the document."""

    # Number of units, 1–1,000,000,000,000. Required without `work`.
    amount: int | None
    # Time of the use (business clock), at most 5 minutes in the future, which counts as now. `recordUsage` requires the current period; a line of a batch is denied before the current window of a quota. Default: now, and for a line of a batch the time at which the batch is closed.
    at: Any | None
    # Member of the account who used the units. The caps of the member apply. Default: none.
    user_id: str | None
    # Work that the rate card of the feature prices, instead of `amount`.
    work: AddToUsageBatchRequestLineWork | None


class RequiredAddToUsageBatchRequestLineWork(TypedDict):
    """Members that every `AddToUsageBatchRequestLineWork` has."""

    # Quantities by name, for example `{ "input_tokens": 1200 }`.
    quantities: dict[str, int]


class AddToUsageBatchRequestLineWork(RequiredAddToUsageBatchRequestLineWork, total=False):
    """Work that the rate card of the feature prices, instead of `amount`."""

    # Dimensions by name.
    dimensions: dict[str, str]


class Alert(TypedDict):
    """A level that use reaches, or that a balance falls below, with the numbers that it watches."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    # Feature whose use or balance counts.
    feature: str
    # Number that the alert watches. One of `allowance`, `balance`, `forecast`; others can be added.
    basis: str
    # Percent of `base`. Null for a level in units, and for a forecast.
    percent: int | None
    # The level in units; for one in percent: `percent` of `base`, rounded up. Null for a forecast, and for a percent without an allowance.
    units: int | None
    # Units that the window grants; for a balance in percent the highest balance since the last grant: of credits, a pack, or an allowance at the start of its window. Null if unlimited, without an allowance, and for a balance in units.
    base: int | None
    # Units of the allowance that are used in the present window. Reserved units do not count. Null for a balance.
    used: int | None
    # Units that are not used yet, reserved ones included. Null if unlimited, and for the use of an allowance.
    balance: int | None
    # Units at the end of the window at the present rate: used / elapsed × length of the window. Null before a tenth of the window, without an allowance, and for a balance.
    forecast: int | None
    # Whether the level is reached. On a balance, the next alert follows after it has risen and fallen again.
    reached: bool
    # End of the present window (business clock). Null without an allowance, and for a balance.
    resets_at: str | None


class Alerts(TypedDict):
    """Alerts with the numbers that they watch, in the order of the catalog: at most 21 for each feature."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    # Alerts with the numbers that they watch, in the order of the catalog: at most 21 for each feature.
    alerts: list[Alert]


class Allocation(TypedDict):
    """A resource that counts against a limit, or no longer."""

    feature: str
    resource_id: str
    allocated: bool
    entitlement: Entitlement


class AssignSeat(TypedDict):
    """Seats that are assigned to members, one entry per feature of `seats` of the catalog."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    # Seats that are assigned to members, one entry per feature of `seats` of the catalog.
    seats: list[SeatLicense]


class RequiredCheck(TypedDict):
    """Members that every `Check` has."""

    allowed: bool
    entitlement: Entitlement | None
    denial: Denial | None
    # Steps of the decision.
    explain: list[str]


class Check(RequiredCheck, total=False):
    """Result of a check, also for a denial."""

    # Only for work.
    price: UsagePrice
    # Failure policy that decided while the database was unavailable. One of `open`, `closed`; others can be added.
    decided_by: str


class RequiredCheckEntitlementRequestWork(TypedDict):
    """Members that every `CheckEntitlementRequestWork` has."""

    # Quantities by name, for example `{ "input_tokens": 1200 }`.
    quantities: dict[str, int]


class CheckEntitlementRequestWork(RequiredCheckEntitlementRequestWork, total=False):
    """Work that the rate card of the feature prices, instead of `amount`."""

    # Dimensions by name.
    dimensions: dict[str, str]


class RequiredCommitReservationRequestWork(TypedDict):
    """Members that every `CommitReservationRequestWork` has."""

    # Quantities by name, for example `{ "input_tokens": 1200 }`.
    quantities: dict[str, int]


class CommitReservationRequestWork(RequiredCommitReservationRequestWork, total=False):
    """Work that the rate card of the feature prices, instead of `amount`."""

    # Dimensions by name.
    dimensions: dict[str, str]


class CompareUsage(TypedDict):
    """Outcome of a report of use, per event."""

    # Number of events that were accepted.
    accepted: int
    # Number of events that were accepted before under the same key.
    duplicates: int
    # Number of accepted events whose decision differs from the one that was compared. Null unless the events were compared.
    difference_count: int | None
    # Rejected events, in the order of the list.
    rejected: list[RejectedUsage]


class RequiredCompareUsageRequestUse(TypedDict):
    """Members that every `CompareUsageRequestUse` has."""

    # Account ID or reference (`person:…`, `team:…`, `community:…`).
    account_id: str
    # True if the other engine allowed the use.
    allowed: bool
    # Code of a quota or credit feature.
    feature: str
    # Key of the use, unique for the account in the comparison. A use that is sent again is compared once. 1–255 printable ASCII characters without spaces.
    key: str


class CompareUsageRequestUse(RequiredCompareUsageRequestUse, total=False):
    """An object without a name of its own in the document."""

    # Number of units, 1–1,000,000,000,000. Required without `work`.
    amount: int | None
    # Time of the use (business clock), within the last 24 hours and after the start of the comparison. Default: now.
    at: Any | None
    # Cost that the other engine charged beyond the allowance. Default: not compared.
    cost: CompareUsageRequestUseCost | None
    # Units left in the other engine afterwards. Default: not compared.
    remaining: int | None
    # Next reset in the other engine (business clock). Default: not compared.
    resets_at: Any | None
    # Units or credits that the other engine charged. Default: not compared.
    units: int | None
    # Work that the rate card of the feature prices, instead of `amount`.
    work: CompareUsageRequestUseWork | None


class CompareUsageRequestUseCost(TypedDict):
    """Cost that the other engine charged beyond the allowance. Default: not compared."""

    # Decimal amount, for example `20.00`.
    amount: str
    # ISO 4217 code.
    currency: str


class RequiredCompareUsageRequestUseWork(TypedDict):
    """Members that every `CompareUsageRequestUseWork` has."""

    # Quantities by name, for example `{ "input_tokens": 1200 }`.
    quantities: dict[str, int]


class CompareUsageRequestUseWork(RequiredCompareUsageRequestUseWork, total=False):
    """Work that the rate card of the feature prices, instead of `amount`."""

    # Dimensions by name.
    dimensions: dict[str, str]


class ComparedDecision(TypedDict):
    """Decision of one engine on a use."""

    # True if the use was allowed.
    allowed: bool
    # Units or credits that it cost. Null if it was denied or not stated.
    units: int | None
    # Cost beyond the allowance. Null without cost, and if it was not stated.
    cost: Money | None
    # Units left afterwards. Null if unlimited or not stated.
    remaining: int | None
    # Time of the next reset (business clock). Null without one, and if it was not stated.
    resets_at: str | None
    # Code and text of the denial. Null if there is none.
    denial: ComparedDecisionDenial | None


class ComparedDecisionDenial(TypedDict):
    """Code and text of the denial. Null if there is none."""

    # Code of the denial.
    code: str
    message: str


class RequiredConsumeRequestWork(TypedDict):
    """Members that every `ConsumeRequestWork` has."""

    # Quantities by name, for example `{ "input_tokens": 1200 }`.
    quantities: dict[str, int]


class ConsumeRequestWork(RequiredConsumeRequestWork, total=False):
    """Work that the rate card of the feature prices, instead of `amount`."""

    # Dimensions by name.
    dimensions: dict[str, str]


class RequiredConsumption(TypedDict):
    """Members that every `Consumption` has."""

    id: str
    feature: str
    amount: int
    # Units per source.
    taken: list[ConsumptionTaken]
    at: str
    entitlement: Entitlement


class Consumption(RequiredConsumption, total=False):
    """Units that were consumed."""

    # Absent if no units were beyond the allowance.
    overage: list[OverageCharge]
    # Only for work.
    price: UsagePrice
    # Failure policy that decided while the database was unavailable. One of `open`, `closed`; others can be added.
    decided_by: str


class ConsumptionAmendments(TypedDict):
    """Amendments that returned units of it, oldest first: at most 100."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    consumption_id: str
    # Number of units. 0 only for work that costs nothing yet.
    amount: int
    # Number of its units that still count.
    remaining: int
    # Amendments that returned units of it, oldest first: at most 100.
    amendments: list[UsageAmendment]


class ConsumptionTaken(TypedDict):
    """An object without a name of its own in the document."""

    # One of `plan`, `addon`, `package`, `override`, `pool`, `overage`; others can be added.
    kind: str
    # Null for an override.
    code: str | None
    # Reason of an override.
    reason: str | None
    amount: int
    unlimited: bool
    expires_at: str | None


class RequiredDenial(TypedDict):
    """Members that every `Denial` has."""

    # Short text.
    error: str
    # Machine-readable reason.
    code: str
    # Explanation for people.
    message: str


class Denial(RequiredDenial, total=False):
    """An expected denial with its remedies."""

    # Steps that would lift a denial, cheapest first.
    remedies: list[Remedy]
    # Absolute URL of a page where the account can buy more.
    upgrade_url: str | None
    # Path of the first field that is at fault.
    field: str
    # Every problem of the request, if fields of it are at fault.
    issues: list[Issue]
    quantity: DeniedQuantity


class DeniedQuantity(TypedDict):
    """Numbers of a denial about an amount."""

    # Code of the feature.
    feature: str
    # Limit, quota, cap or rate.
    limit: DeniedQuantityLimit | None
    # Use, including reservations.
    used: DeniedQuantityUsed | None
    # Requested amount.
    requested: DeniedQuantityRequested
    # What is left.
    remaining: DeniedQuantityRemaining | None
    # Time at which use starts again at zero.
    resets_at: str | None


class RequiredDeniedQuantityLimit(TypedDict):
    """Members that every `DeniedQuantityLimit` has."""


class DeniedQuantityLimit(RequiredDeniedQuantityLimit, total=False):
    """Limit, quota, cap or rate."""

    # Units, unless the limit is in money.
    units: int
    # Money, if the limit is in money.
    money: Money


class RequiredDeniedQuantityRemaining(TypedDict):
    """Members that every `DeniedQuantityRemaining` has."""


class DeniedQuantityRemaining(RequiredDeniedQuantityRemaining, total=False):
    """What is left."""

    # Units, unless the limit is in money.
    units: int
    # Money, if the limit is in money.
    money: Money


class RequiredDeniedQuantityRequested(TypedDict):
    """Members that every `DeniedQuantityRequested` has."""


class DeniedQuantityRequested(RequiredDeniedQuantityRequested, total=False):
    """Requested amount."""

    # Units, unless the limit is in money.
    units: int
    # Money, if the limit is in money.
    money: Money


class RequiredDeniedQuantityUsed(TypedDict):
    """Members that every `DeniedQuantityUsed` has."""


class DeniedQuantityUsed(RequiredDeniedQuantityUsed, total=False):
    """Use, including reservations."""

    # Units, unless the limit is in money.
    units: int
    # Money, if the limit is in money.
    money: Money


class DeniedUsage(TypedDict):
    """A line that would be denied."""

    # Key of the line.
    key: str
    # Machine-readable reason.
    code: str
    # Human-readable explanation.
    message: str


class RequiredEntitlement(TypedDict):
    """Members that every `Entitlement` has."""

    feature: str
    # One of `boolean`, `limit`, `quota`, `rate`, `credit`; others can be added.
    kind: str
    granted: bool
    unlimited: bool
    # Null if unlimited or not counted.
    limit: int | None
    used: int
    reserved: int
    remaining: int | None
    resets_at: str | None
    percent: float | None
    near_limit: bool
    sources: list[EntitlementSource]
    # Revision of the account.
    revision: int


class Entitlement(RequiredEntitlement, total=False):
    """Permission and amount of one feature for one account."""

    # Absent if such use is denied.
    overage: EntitlementOverage


class EntitlementOverage(TypedDict):
    """Use beyond the allowance and all packs, at a price."""

    plan: str
    # Price of `per` units, as a decimal.
    price: str
    per: int
    currency: str
    # Most units beyond the allowance in a window.
    cap: int
    used: int
    reserved: int
    remaining: int
    # Cost of the used units, as a decimal.
    cost: str


class EntitlementSource(TypedDict):
    """The plan, add-on, package or override that grants an entitlement."""

    # One of `plan`, `addon`, `package`, `override`, `pool`, `overage`; others can be added.
    kind: str
    # Null for an override.
    code: str | None
    # Reason of an override.
    reason: str | None
    amount: int | None
    unlimited: bool
    expires_at: str | None


class GrantUse(TypedDict):
    """One deduction: units taken from one source."""

    # Number of units, at least 1.
    amount: int
    # Kind of the source. One of `addon`, `overage`, `override`, `package`, `plan`, `pool`; others can be added.
    kind: str
    # Code of the plan, add-on or package. Null for an override.
    code: str | None
    # Reason of an override. Null for other sources.
    reason: str | None
    # Whether the source removes the limit.
    unlimited: bool
    # Expiry time (business clock). Null if it does not expire.
    expires_at: str | None


class Issue(TypedDict):
    """A problem of one field of the request."""

    # Names of members and positions in lists.
    path: list[str]
    code: str
    # Explanation for people.
    message: str


class Money(TypedDict):
    """An amount of money."""

    # Decimal amount.
    amount: str
    # ISO 4217 code.
    currency: str


class MoveSeat(TypedDict):
    """Seats that are assigned to members, one entry per feature of `seats` of the catalog."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    # Seats that are assigned to members, one entry per feature of `seats` of the catalog.
    seats: list[SeatLicense]


class OverageCharge(TypedDict):
    """Units that were beyond the allowance, and their cost."""

    plan: str
    units: int
    # Price of `per` units, as a decimal.
    price: str
    per: int
    currency: str
    # Cost of the units, as a decimal.
    cost: str
    window_start: str


class PlanCheck(TypedDict):
    """Result of a check whether an account has a plan."""

    allowed: bool
    denial: Denial | None


# Units of a pool that a sub-account used in the present period.
PoolUsage = TypedDict(
    "PoolUsage",
    {
        # Feature whose pool was used.
        "feature": str,
        # Units used.
        "used": int,
        # Start of the period (business clock).
        "from": str,
    },
)


class Pools(TypedDict):
    """Sub-accounts that use the pools of this account, by name, at most 1,000."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    # Limits and use of this account in the pools of its parent. Null if it has no parent.
    sub_account: SubAccount | None
    # Sub-accounts that use the pools of this account, by name, at most 1,000.
    sub_accounts: list[SubAccount]


class RequiredPreviewUsageRequestWork(TypedDict):
    """Members that every `PreviewUsageRequestWork` has."""

    # Quantities by name, for example `{ "input_tokens": 1200 }`.
    quantities: dict[str, int]


class PreviewUsageRequestWork(RequiredPreviewUsageRequestWork, total=False):
    """Work to price."""

    # Dimensions by name.
    dimensions: dict[str, str]


class Price(TypedDict):
    """An amount with its billing interval."""

    # Decimal amount.
    amount: str
    # ISO 4217 code.
    currency: str
    # Billing interval. One of `one_time`, `month`, `year`; others can be added.
    interval: str


class Quantity(TypedDict):
    """Units of a feature or money: exactly one of them."""

    # Units. Null for money.
    units: int | None
    # Money. Null for units.
    money: Money | None


class RejectedUsage(TypedDict):
    """A usage event that was rejected, with the reason."""

    # Machine-readable reason.
    code: str
    # Index of the event in the list, from 0.
    index: int
    # Human-readable explanation.
    message: str


class RequiredRemedy(TypedDict):
    """Members that every `Remedy` has."""

    # Kind of the step.
    kind: str
    # Label for people.
    label: str


class Remedy(RequiredRemedy, total=False):
    """One step that would lift a denial."""

    # Mutation of the GraphQL API that carries out the step.
    mutation: str
    # Arguments of the mutation, or the changed ones of the denied mutation, as `Remedy.input` of GraphQL.
    input: RemedyInput
    # Object that the step uses, for example a price.
    target_id: str
    price: Price
    # Time at which waiting lifts the denial.
    at: str
    # Absolute URL of the page on which the step is carried out.
    url: str
    # Number of repetitions, if more than one.
    quantity: int
    # Decimal cost of all repetitions.
    total: str
    action: RemedyAction


class RequiredRemedyAction(TypedDict):
    """Members that every `RemedyAction` has."""

    # What to do, as `start_subscription`, `purchase_package`, `retry`, `wait` or `open_url`.
    type: str


class RemedyAction(RequiredRemedyAction, total=False):
    """The step with every value that a program needs."""

    # Code of the plan.
    plan: str
    # Billing interval.
    interval: str
    # Number of units.
    quantity: int
    # Currency of the payment.
    currency: str
    # Code of the package.
    package: str
    # ID of the template.
    template_id: str
    # Effective time: `now` or `period_end`.
    at: str | None
    # Payment provider to use.
    provider: str | None
    # Fields to omit.
    omitted_fields: list[str]
    # Mutation without fields.
    mutation: str
    # The spend cap that denies.
    cap_id: str
    # Code of the feature of a spend cap.
    feature: str
    # Period of a spend cap.
    period: str
    # Member whose spend cap it is.
    user_id: str | None
    # Units or money of a spend cap that suffice.
    limit: RemedyActionLimit
    # Earliest time of a repetition.
    retry_at: str | None
    # Absolute URL of a page.
    url: str


class RequiredRemedyActionLimit(TypedDict):
    """Members that every `RemedyActionLimit` has."""


class RemedyActionLimit(RequiredRemedyActionLimit, total=False):
    """Units or money of a spend cap that suffice."""

    units: int
    money: Money


class RemedyInput(TypedDict):
    """Arguments of the mutation, or the changed ones of the denied mutation, as `Remedy.input` of GraphQL."""


class RemoveSpendCap(TypedDict):
    """The party that pays and holds entitlements. Its members act for it."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str


class RequiredReservation(TypedDict):
    """Members that every `Reservation` has."""

    id: str
    feature: str
    amount: int
    # One of `held`, `committed`, `released`, `expired`; others can be added.
    status: str
    expires_at: str
    entitlement: Entitlement


class Reservation(RequiredReservation, total=False):
    """Units that are held until they are used or released."""

    # Only for work.
    price: UsagePrice


class RequiredReserveRequestWork(TypedDict):
    """Members that every `ReserveRequestWork` has."""

    # Quantities by name, for example `{ "input_tokens": 1200 }`.
    quantities: dict[str, int]


class ReserveRequestWork(RequiredReserveRequestWork, total=False):
    """Work that the rate card of the feature prices, instead of `amount`."""

    # Dimensions by name.
    dimensions: dict[str, str]


class SeatHolder(TypedDict):
    """A user who has a seat."""

    # User with the seat. Null if the user was deleted.
    user: User | None
    # Time at which the seat was assigned (business clock).
    assigned_at: str


class SeatLicense(TypedDict):
    """Seats of a feature that are assigned to members."""

    # Feature whose units are seats.
    feature: str
    # Number of seats. Null if unlimited.
    limit: int | None
    # Number of assigned seats. It can exceed a limit that became smaller.
    assigned: int
    # Number of free seats. Null if unlimited.
    remaining: int | None
    # Users with a seat, oldest first, at most 1,000 of all features.
    holders: list[SeatHolder]


class Seats(TypedDict):
    """Seats that are assigned to members, one entry per feature of `seats` of the catalog."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    # Seats that are assigned to members, one entry per feature of `seats` of the catalog.
    seats: list[SeatLicense]


class SetAlerts(TypedDict):
    """Alerts with the numbers that they watch, in the order of the catalog: at most 21 for each feature."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    # Alerts with the numbers that they watch, in the order of the catalog: at most 21 for each feature.
    alerts: list[Alert]


class RequiredSetAlertsRequestAlert(TypedDict):
    """Members that every `SetAlertsRequestAlert` has."""

    # Number that the alert watches. One of `allowance`, `balance`, `forecast`; others can be added.
    basis: str


class SetAlertsRequestAlert(RequiredSetAlertsRequestAlert, total=False):
    """An object without a name of its own in the document."""

    # Percent, 1–100: of the allowance, or of what the account held after its last grant. At most 5 for each basis.
    percent: int | None
    # Used units, also of an unlimited allowance, or units that are left. At most 5 for each basis.
    units: int | None


class SetParent(TypedDict):
    """Limits and use of this account in the pools of its parent. Null if it has no parent."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    # Limits and use of this account in the pools of its parent. Null if it has no parent.
    sub_account: SubAccount2 | None


class RequiredSetSpendCapRequestLimit(TypedDict):
    """Members that every `SetSpendCapRequestLimit` has."""


class SetSpendCapRequestLimit(RequiredSetSpendCapRequestLimit, total=False):
    """Most units in a period, or their highest cost beyond the allowance; at most the cap of the operator. 0 allows no unit, or nothing beyond the allowance."""

    # Money in the currency of the catalog.
    money: SetSpendCapRequestLimitMoney | None
    # Units, 0–1,000,000,000,000.
    units: int | None


class SetSpendCapRequestLimitMoney(TypedDict):
    """Money in the currency of the catalog."""

    # Decimal amount, for example `20.00`.
    amount: str
    # ISO 4217 code.
    currency: str


class SpendCap(TypedDict):
    """Most units of a feature in a period, or their highest cost beyond the allowance. It denies nothing while the catalog does not list the feature."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    # Feature that is capped.
    feature: str
    # Period of the cap. One of `billing_period`, `day`, `month`; others can be added.
    period: str
    # Most units in a period, or their highest cost.
    limit: Quantity
    # Units used in the present period, or their cost. For a member, the cost is rounded up to the smallest unit of the currency.
    used: Quantity
    # Units of open reservations, or the cost that they have when they are committed.
    reserved: Quantity
    # Units that the cap still allows in the present period, or their cost.
    remaining: Quantity
    # End of the present period (business clock).
    resets_at: str
    # Member whose use is limited. Null: the whole account.
    member: User | None
    # Whether an operator set the cap. The account cannot change it.
    set_by_operator: bool
    # Percent of the limit at which an alert is sent, ascending.
    alert_percents: list[int]


class SpendCaps(TypedDict):
    """Spend caps of the account and its members, or of a sub-account, with the use of the present period, by code of the feature and age."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    # Spend caps of the account and its members, or of a sub-account, with the use of the present period, by code of the feature and age.
    spend_caps: list[SpendCap]
    # Cursor of the page after this one. Null for the last page.
    next_after: str | None


class SubAccount(TypedDict):
    """An account that uses the pools of a parent account."""

    # The sub-account.
    account_id: str
    # Account whose pools it uses.
    parent_id: str
    # Time from which it uses the pools (business clock).
    starts_at: str
    # Limits that the parent account has set, with the use of the present period.
    limits: list[SpendCap]
    # Use of the pools, one entry per feature of `pools` of the catalog.
    usage: list[PoolUsage]


class SubAccount2(TypedDict):
    """An account that uses the pools of a parent account."""

    # Account whose pools it uses.
    parent_id: str


class UnassignSeat(TypedDict):
    """Seats that are assigned to members, one entry per feature of `seats` of the catalog."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    account_id: str
    # Seats that are assigned to members, one entry per feature of `seats` of the catalog.
    seats: list[SeatLicense]


class UsageAmendment(TypedDict):
    """Units of a consumption that were returned later. The consumption and its ledger entries are unchanged."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    # Feature of the units.
    feature: str
    # Units that are returned.
    amount: int
    # Units of the consumption that still count afterwards.
    remaining: int
    # Returned units that cannot be used, because their grant had expired or was revoked.
    lost_units: int
    # Returned units that reduced the debt of the feature instead of raising the balance.
    debt_reduced: int
    # Effect on invoices, as known at the time of the amendment. One of `next_report`, `none`, `not_reported`, `window_invoice`; others can be added.
    invoice_effect: str
    # Reason that was given.
    reason: str
    # Operator or service that amended the usage.
    amended_by: Actor
    # Time of the amendment (business clock).
    at: str
    # Returned units per source, the last deduction first. Without units that were debt.
    returned: list[GrantUse]
    # Consumption that was amended. Null if the catalog does not have its feature any more.
    consumption_id: str | None


class UsageAmendmentPreview(TypedDict):
    """Effect of an amendment before it is made."""

    # Whether `amendUsage` would succeed.
    allowed: bool
    # Units that are returned.
    amount: int
    # Returned units per source, the last deduction first. Without units that were debt.
    returned: list[GrantUse]
    # Returned units that cannot be used, because their grant had expired or was revoked.
    lost_units: int
    # Returned units that reduced the debt of the feature instead of raising the balance.
    debt_reduced: int
    # Effect on invoices. Null if the amendment is denied.
    invoice_effect: str | None
    denial: Denial | None


class UsageBatch(TypedDict):
    """Past usage that is recorded, and reverted, as a whole."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    # Name that was given.
    name: str
    # Reason that was given.
    reason: str
    # Status of the batch. One of `closed`, `closing`, `open`, `reverted`, `reverting`; others can be added.
    status: str
    # Operator or service that opened it.
    opened_by: Actor
    # Time it was opened (business clock).
    created_at: str
    # Operator or service that closed it. Null before.
    closed_by: Actor | None
    # Time its last line had a result (business clock). Null before.
    closed_at: str | None
    # Operator or service that reverted it. Null before.
    reverted_by: Actor | None
    # Reason for the reversal. Null if it was not reverted.
    revert_reason: str | None
    # Time its last line was reverted (business clock). Null before.
    reverted_at: str | None
    # Error of the last attempt, which is repeated. Null if it succeeded.
    last_error: str | None
    # Number of lines with a status. Default: of all lines.
    line_count: int
    # Number of lines with a status. Default: of all lines.
    pending_count: int
    # Number of lines with a status. Default: of all lines.
    applied_count: int
    # Number of lines with a status. Default: of all lines.
    denied_count: int
    # Number of lines with a status. Default: of all lines.
    discarded_count: int
    # Number of lines with a status. Default: of all lines.
    reverted_count: int
    # Number of lines with a status. Default: of all lines.
    not_reverted_count: int


class UsageBatch2(TypedDict):
    """Past usage that is recorded, and reverted, as a whole."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    # Name that was given.
    name: str
    # Reason that was given.
    reason: str
    # Status of the batch. One of `closed`, `closing`, `open`, `reverted`, `reverting`; others can be added.
    status: str
    # Operator or service that opened it.
    opened_by: Actor
    # Time it was opened (business clock).
    created_at: str
    # Operator or service that closed it. Null before.
    closed_by: Actor | None
    # Time its last line had a result (business clock). Null before.
    closed_at: str | None
    # Operator or service that reverted it. Null before.
    reverted_by: Actor | None
    # Reason for the reversal. Null if it was not reverted.
    revert_reason: str | None
    # Time its last line was reverted (business clock). Null before.
    reverted_at: str | None
    # Error of the last attempt, which is repeated. Null if it succeeded.
    last_error: str | None
    # Number of lines with a status. Default: of all lines.
    line_count: int
    # Number of lines with a status. Default: of all lines.
    pending_count: int
    # Number of lines with a status. Default: of all lines.
    applied_count: int
    # Number of lines with a status. Default: of all lines.
    denied_count: int
    # Number of lines with a status. Default: of all lines.
    discarded_count: int
    # Number of lines with a status. Default: of all lines.
    reverted_count: int
    # Number of lines with a status. Default: of all lines.
    not_reverted_count: int


class UsageBatchLine(TypedDict):
    """One use of a batch."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    # Key of the line, unique for the account in the batch.
    key: str
    # Account of the usage. Null if it was deleted.
    account_id: str | None
    # Feature of the usage. Null if the catalog does not have it any more.
    feature: str | None
    # Units of the line. Null for work.
    amount: int | None
    # Member who used the units. Null if none was named, or if the user was deleted.
    user_id: str | None
    # Time of the usage (business clock). Null if it counts when the batch is closed.
    used_at: str | None
    # Status of the line. One of `applied`, `denied`, `discarded`, `not_reverted`, `pending`, `reverted`; others can be added.
    status: str
    # Consumption of the line. Null if it was not applied, and for units of a pool that the caller cannot see.
    consumption_id: str | None
    # Units that were consumed. Null if the line was not applied.
    units: int | None
    # Units that the reversal returned. Null if the line was not reverted.
    returned_units: int | None
    # Returned units that cannot be used, because their grant had expired or was revoked. Null if the line was not reverted.
    lost_units: int | None
    # Time of the result (business clock). Null while the line is pending.
    processed_at: str | None
    # Time of the reversal (business clock). Null before.
    reverted_at: str | None
    # Code and text of the denial. Null if there is none.
    denial: UsageBatchLineDenial | None


class UsageBatchLineDenial(TypedDict):
    """Code and text of the denial. Null if there is none."""

    # Code of the denial.
    code: str
    message: str


class UsageBatchPage(TypedDict):
    """Lines of the batch, in the order in which they were added."""

    batch: UsageBatch2
    # Lines of the batch, in the order in which they were added.
    lines: list[UsageBatchLine]
    # Cursor of the page after this one. Null for the last page.
    next_after: str | None


class UsageBatches(TypedDict):
    """A page of usage batches."""

    # Batches of past usage, newest first. Keys of an account see the batches of its keys. Requires scope `entitlements:write`, or an operator.
    batches: list[UsageBatch]
    # Cursor of the page after this one. Null for the last page.
    next_after: str | None


class UsageComparison(TypedDict):
    """Comparison of the decisions of another engine with those of this server."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    # Name that was given.
    name: str
    # Reason that was given.
    reason: str
    # Operator who started it.
    started_by: Actor
    # Time it was started (business clock).
    started_at: str
    # Operator who ended it. Null while it runs.
    ended_by: Actor | None
    # Reason for the end. Null while it runs.
    end_reason: str | None
    # Time it was ended (business clock). Null while it runs.
    ended_at: str | None
    # Batch with the usage that was counted. Null while the comparison runs, and without such usage.
    usage_batch_id: str | None
    # Number of accounts.
    account_count: int
    # Compared uses by feature.
    totals: list[UsageComparisonTotal]


class UsageComparisonTotal(TypedDict):
    """Compared uses of one feature."""

    # Feature of the uses. Null if the catalog does not have it any more.
    feature: str | None
    # Number of compared uses.
    compared: int
    # Number of uses on which the engines agree.
    equal: int
    # Units that the other engine allowed and that were not available here.
    uncovered_units: int
    # Number of uses with a kind of difference. A use can have several kinds.
    allowed_there_count: int
    # Number of uses with a kind of difference. A use can have several kinds.
    denied_there_count: int
    # Number of uses with a kind of difference. A use can have several kinds.
    units_count: int
    # Number of uses with a kind of difference. A use can have several kinds.
    cost_count: int
    # Number of uses with a kind of difference. A use can have several kinds.
    remaining_count: int
    # Number of uses with a kind of difference. A use can have several kinds.
    reset_count: int


class UsageComparisons(TypedDict):
    """A page of usage comparisons."""

    # Comparisons with other engines, newest first.
    comparisons: list[UsageComparison]
    # Cursor of the page after this one. Null for the last page.
    next_after: str | None


class UsageDifference(TypedDict):
    """A use on which the engines differ."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    # Key of the use.
    key: str
    # Account of the use. Null if it was deleted.
    account_id: str | None
    # Feature of the use. Null if the catalog does not have it any more.
    feature: str | None
    # Time of the use (business clock).
    at: str
    # Kinds of differences, at least one.
    kinds: list[str]
    # Units that the other engine allowed and that were not available here.
    uncovered_units: int
    # Decision of the other engine.
    theirs: ComparedDecision
    # Decision of this server.
    ours: ComparedDecision


class UsageDifferences(TypedDict):
    """Uses on which the engines differ, newest first."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    usage_comparison_id: str
    # Uses on which the engines differ, newest first.
    differences: list[UsageDifference]
    # Cursor of the page after this one. Null for the last page.
    next_after: str | None


class UsageEffect(TypedDict):
    """Effect of the lines of one account and feature."""

    # Account of the usage.
    account_id: str
    # Feature of the lines. Null if the catalog does not have it any more.
    feature: str | None
    # Number of lines.
    line_count: int
    # Number of lines that would be denied.
    denied_count: int
    # Units that would be consumed.
    units: int
    # Units per source. Those of a pool have the source of the pool.
    taken: list[GrantUse]
    # Effect on invoices. One of `next_report`, `none`, `not_reported`, `window_invoice`; others can be added.
    invoice_effect: str
    # The first 20 lines that would be denied.
    denied: list[DeniedUsage]
    # Units beyond the allowance with their cost. Null without cost.
    overage: UsageEffectOverage | None


class UsageEffect2(TypedDict):
    """Effect of the lines of one account and feature."""

    # Account of the usage.
    account_id: str
    # Feature of the lines. Null if the catalog does not have it any more.
    feature: str | None
    # Units of the lines, also of those that would be denied. Null if a line has work.
    requested_units: int | None
    # Units that would be consumed.
    units: int
    # Remaining units now. Null if unlimited, and for units of a pool that the caller does not pay.
    remaining_before: int | None
    # Remaining units afterwards. Null if unlimited, and for units of a pool that the caller does not pay.
    remaining_after: int | None
    # Units per source. Those of a pool have the source of the pool.
    taken: list[GrantUse]
    # Effect on invoices. One of `next_report`, `none`, `not_reported`, `window_invoice`; others can be added.
    invoice_effect: str
    # The first 20 lines that would be denied.
    denied: list[DeniedUsage]
    # Units beyond the allowance with their cost. Null without cost.
    overage: UsageEffect2Overage | None


class UsageEffect2Overage(TypedDict):
    """Units beyond the allowance with their cost. Null without cost."""

    units: int
    # Decimal amount.
    cost: str
    currency: str


class UsageEffectOverage(TypedDict):
    """Units beyond the allowance with their cost. Null without cost."""

    units: int
    # Decimal amount.
    cost: str
    currency: str


class RequiredUsageEventInput(TypedDict):
    """Members that every `UsageEventInput` has."""

    # Account ID or reference (`person:…`, `team:…`, `community:…`).
    accountId: str
    # Code of a quota or credit feature.
    feature: str
    # Unique key of the use; of a line, for the account in the batch. A use that is sent again counts once. 1–255 printable ASCII characters without spaces.
    key: str


class UsageEventInput(RequiredUsageEventInput, total=False):
    """A use that is recorded at once, or as a line of a batch."""

    # Number of units, 1–1,000,000,000,000. Required without `work`.
    amount: int | None
    # Time of the use (business clock), at most 5 minutes in the future, which counts as now. `recordUsage` requires the current period; a line of a batch is denied before the current window of a quota. Default: now, and for a line of a batch the time at which the batch is closed.
    at: str | None
    # Member of the account who used the units. The caps of the member apply. Default: none.
    userId: str | None
    # Work that the rate card of the feature prices, instead of `amount`.
    work: WorkInput | None


class RequiredUsagePreview(TypedDict):
    """Members that every `UsagePreview` has."""

    # Whether `consume` would succeed now.
    allowed: bool
    # Steps of price and decision, for people.
    explain: list[str]
    # Units that would remain. Null if unlimited or denied.
    remaining_after: int | None
    # Entitlement that was checked. Null if the feature is unknown.
    entitlement: Entitlement | None
    denial: Denial | None


class UsagePreview(RequiredUsagePreview, total=False):
    """Price of work, and whether the account could consume it now. Nothing is consumed."""

    # Price of the work. Null if the rate card has none for it.
    price: UsagePrice


class UsagePreviewReport(TypedDict):
    """Effect of recording past usage now. Nothing is recorded."""

    # Number of lines.
    line_count: int
    # Number of lines that would be denied.
    denied_count: int
    # Effect on each account and feature.
    effects: list[UsageEffect]
    # Cursor of the page after this one. Null for the last page.
    next_after: str | None


class UsagePreviewReport2(TypedDict):
    """Effect of recording past usage now. Nothing is recorded."""

    # Number of lines.
    line_count: int
    # Number of lines that would be denied.
    denied_count: int
    # Effect on each account and feature.
    effects: list[UsageEffect2]
    # Cursor of the page after this one. Null for the last page.
    next_after: str | None


class UsagePrice(TypedDict):
    """Price of work by a rate card, and how it came about."""

    # Price in units of the feature.
    units: int
    card_version: int
    dimensions: dict[str, str]
    lines: list[UsagePriceLine]
    minimum: int | None
    plan: str | None
    window_start: str
    # Treatment of units that were not available in a commit.
    overage: UsagePriceOverage | None
    # Steps of the price.
    explain: list[str]


class UsagePriceLine(TypedDict):
    """An object without a name of its own in the document."""

    # Line of the rate card: the quantity and its conditions.
    line: str
    quantity: str
    amount: int
    # Amount that the line counted in the window before.
    before: int
    factor: str
    # Exact price in units, as a decimal.
    exact: str
    units: int


class UsagePriceOverage(TypedDict):
    """Treatment of units that were not available in a commit."""

    # One of `cap`, `overflow`; others can be added.
    policy: str
    units: int


class UsageReportPayload(TypedDict):
    """Outcome of a report of use, per event."""

    # Number of events that were accepted.
    acceptedCount: int
    # Number of events that were accepted before under the same key.
    duplicateCount: int
    # Rejected events, in the order of the list.
    rejected: list[RejectedUsage]


class User(TypedDict):
    """A user who signs in. Permissions follow from the roles and accounts of the user."""

    # Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).
    id: str
    # Full name of the user. The email address if the token contains none.
    name: str
    # Email address in the user's latest token.
    email: str


class WorkDimensionInput(TypedDict):
    """A property of work that its price depends on."""

    # Name of the dimension in the rate card, for example `model`.
    name: str
    # Value of the dimension, for example `large`.
    value: str


class RequiredWorkInput(TypedDict):
    """Members that every `WorkInput` has."""

    # Quantities, at most 20; at least one above zero.
    quantities: list[WorkQuantityInput]


class WorkInput(RequiredWorkInput, total=False):
    """Work that the rate card of a credit feature prices."""

    # Dimensions, at most 20.
    dimensions: list[WorkDimensionInput]


class WorkQuantityInput(TypedDict):
    """A quantity of work."""

    # Number of units of the quantity, 0–1,000,000,000,000.
    amount: int
    # Name of the quantity in the rate card, for example `input_tokens`.
    name: str


class Operations:
    """A method for each operation. `Stackgate` sends the requests."""

    def _post(self, path: str, body: dict[str, Any], expected: type) -> Any:
        raise NotImplementedError

    def _mutate(self, document: str, field: str, variables: dict[str, Any], expected: type) -> Any:
        raise NotImplementedError

    def check_entitlement(
        self,
        feature: str,
        account_id: str | None = None,
        amount: int | None = None,
        work: CheckEntitlementRequestWork | None = None,
        user_id: str | None = None,
    ) -> Check:
        """Checks whether an account can use a feature now.

        account_id: Default: the account of the token.
        feature: Code of the feature.
        amount: Units. Default: 1.
        work: Work that the rate card of the feature prices, instead of `amount`.
        user_id: Member of the account who uses the units.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "amount": amount,
            "work": work,
            "user_id": user_id,
        }
        return self._post("/api/v1/entitlements/check", body, Check)

    def check_plan(
        self,
        plan: str,
        account_id: str | None = None,
    ) -> PlanCheck:
        """Checks whether an account has a plan, or one of a higher rank.

        account_id: Default: the account of the token.
        plan: Code of the plan.
        """
        body = {
            "account_id": account_id,
            "plan": plan,
        }
        return self._post("/api/v1/entitlements/check-plan", body, PlanCheck)

    def consume(
        self,
        account_id: str,
        feature: str,
        amount: int | None = None,
        work: ConsumeRequestWork | None = None,
        reference: str | None = None,
        note: str | None = None,
        user_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> Consumption:
        """Uses units of a quota or of credits.

        account_id: ID or reference of the account, for example `person:auth0|ann`.
        feature: Code of the feature.
        amount: Units. Default: 1.
        work: Work that the rate card of the feature prices, instead of `amount`.
        reference: Caller's reference for the units. Stored in the ledger. Maximum: 500 characters.
        note: Note for people, without personal data. Shown in the ledger, and on the invoice that charges units beyond the allowance. Maximum: 200 characters.
        user_id: Member of the account who uses the units.
        idempotency_key: ID of the work; the same for each retry. A repeated request with the same key returns the first result. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "amount": amount,
            "work": work,
            "reference": reference,
            "note": note,
            "user_id": user_id,
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
        }
        return self._post("/api/v1/entitlements/consume", body, Consumption)

    def reserve(
        self,
        account_id: str,
        feature: str,
        amount: int | None = None,
        work: ReserveRequestWork | None = None,
        expires_in_seconds: int | None = None,
        reference: str | None = None,
        note: str | None = None,
        user_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> Reservation:
        """Holds units until they are committed, released or expired.

        account_id: ID or reference of the account, for example `person:auth0|ann`.
        feature: Code of the feature.
        amount: Units. Default: 1.
        work: Work that the rate card of the feature prices, instead of `amount`.
        expires_in_seconds: Time until the units are released. Default: 300.
        reference: Caller's reference for the units. Stored in the ledger. Maximum: 500 characters.
        note: Note for people, without personal data. Shown in the ledger, and on the invoice that charges units beyond the allowance. Maximum: 200 characters.
        user_id: Member of the account who uses the units.
        idempotency_key: ID of the work; the same for each retry. A repeated request with the same key returns the first result. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "amount": amount,
            "work": work,
            "expires_in_seconds": expires_in_seconds,
            "reference": reference,
            "note": note,
            "user_id": user_id,
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
        }
        return self._post("/api/v1/entitlements/reserve", body, Reservation)

    def commit_reservation(
        self,
        reservation_id: str,
        amount: int | None = None,
        work: CommitReservationRequestWork | None = None,
        idempotency_key: str | None = None,
    ) -> Consumption:
        """Uses the units of a reservation.

        reservation_id: ID of the reservation.
        amount: Units that were used. Default: all.
        work: Work that the rate card of the feature prices, instead of `amount`.
        idempotency_key: ID of the work; the same for each retry. A repeated request with the same key returns the first result. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "reservation_id": reservation_id,
            "amount": amount,
            "work": work,
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
        }
        return self._post("/api/v1/entitlements/commit", body, Consumption)

    def release_reservation(
        self,
        reservation_id: str,
        idempotency_key: str | None = None,
    ) -> Reservation:
        """Returns the units of a reservation.

        reservation_id: ID of the reservation.
        idempotency_key: ID of the work; the same for each retry. A repeated request with the same key returns the first result. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "reservation_id": reservation_id,
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
        }
        return self._post("/api/v1/entitlements/release", body, Reservation)

    def allocate(
        self,
        account_id: str,
        feature: str,
        resource_id: str,
    ) -> Allocation:
        """Counts a resource against a limit.

        account_id: ID or reference of the account, for example `person:auth0|ann`.
        feature: Code of the feature.
        resource_id: ID of the resource, which counts once.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "resource_id": resource_id,
        }
        return self._post("/api/v1/entitlements/allocate", body, Allocation)

    def deallocate(
        self,
        account_id: str,
        feature: str,
        resource_id: str,
    ) -> Allocation:
        """Stops counting a resource against a limit.

        account_id: ID or reference of the account, for example `person:auth0|ann`.
        feature: Code of the feature.
        resource_id: ID of the resource, which counts once.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "resource_id": resource_id,
        }
        return self._post("/api/v1/entitlements/deallocate", body, Allocation)

    def preview_usage(
        self,
        feature: str,
        work: PreviewUsageRequestWork,
        account_id: str | None = None,
        user_id: str | None = None,
    ) -> UsagePreview:
        """Price of work by the rate card, and whether the account could consume it now.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        feature: Code of a credit feature with a rate card.
        work: Work to price.
        user_id: Member of the account who would use the units. The caps of the member apply.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "work": work,
            "user_id": user_id,
        }
        return self._post("/api/v1/entitlements/preview", body, UsagePreview)

    def preview_usage_amendment(
        self,
        consumption_id: str,
        amount: int,
    ) -> UsageAmendmentPreview:
        """Effect of an amendment of usage before it is made.

        consumption_id: Consumption to amend.
        amount: Units that would still count. 0 voids it.
        """
        body = {
            "consumption_id": consumption_id,
            "amount": amount,
        }
        return self._post("/api/v1/entitlements/preview-amendment", body, UsageAmendmentPreview)

    def amend_usage(
        self,
        amount: int,
        consumption_id: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> UsageAmendment:
        """Reduces the units of a consumption that count, by counter-entries in the ledger; 0 voids it.

        amount: Units that still count, fewer than now. 0 voids the consumption.
        consumption_id: Consumption to amend.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        reason: Reason, 1–500 characters. Members of the account can read it.
        """
        body = {
            "amount": amount,
            "consumption_id": consumption_id,
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
            "reason": reason,
        }
        return self._post("/api/v1/entitlements/amend", body, UsageAmendment)

    def void_usage(
        self,
        consumption_id: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> UsageAmendment:
        """Voids a consumption, by counter-entries in the ledger.

        consumption_id: Consumption to amend.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        reason: Reason, 1–500 characters. Members of the account can read it.
        """
        body = {
            "consumption_id": consumption_id,
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
            "reason": reason,
        }
        return self._post("/api/v1/entitlements/void", body, UsageAmendment)

    def list_usage_amendments(
        self,
        consumption_id: str,
    ) -> ConsumptionAmendments:
        """Amendments that returned units of it, oldest first: at most 100.

        consumption_id: ID of the object.
        """
        body = {
            "consumption_id": consumption_id,
        }
        return self._post("/api/v1/entitlements/amendments", body, ConsumptionAmendments)

    def open_usage_batch(
        self,
        name: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> UsageBatch:
        """Opens a batch for past usage.

        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        name: Name of the batch, 1–200 characters.
        reason: Reason for the batch, 1–500 characters.
        """
        body = {
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
            "name": name,
            "reason": reason,
        }
        return self._post("/api/v1/usage-batches/open", body, UsageBatch)

    def add_to_usage_batch(
        self,
        batch_id: str,
        lines: list[AddToUsageBatchRequestLine],
    ) -> AddToUsageBatch:
        """Adds lines to an open batch.

        batch_id: ID of the batch.
        lines: Lines, at most 500. A batch has at most 5,000.
        """
        body = {
            "batch_id": batch_id,
            "lines": lines,
        }
        return self._post("/api/v1/usage-batches/add", body, AddToUsageBatch)

    def preview_usage_batch(
        self,
        batch_id: str,
        first: int | None = None,
        after: str | None = None,
    ) -> UsagePreviewReport:
        """Effect of closing an open batch now: units per source, cost and denied lines.

        batch_id: Batch to preview.
        first: Maximum number of items, 0–100. Default: 20.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "batch_id": batch_id,
            "first": first,
            "after": after,
        }
        return self._post("/api/v1/usage-batches/preview", body, UsagePreviewReport)

    def close_usage_batch(
        self,
        batch_id: str,
    ) -> UsageBatch:
        """Closes a batch: its lines are applied in the background, each once.

        batch_id: ID of the batch.
        """
        body = {
            "batch_id": batch_id,
        }
        return self._post("/api/v1/usage-batches/close", body, UsageBatch)

    def revert_usage_batch(
        self,
        batch_id: str,
        reason: str,
    ) -> UsageBatch:
        """Reverts a closed batch: the units of its lines are returned in the background, as `amendUsage` with the amount 0 does.

        batch_id: ID of the batch.
        reason: Reason, 1–500 characters. Members of the accounts can read it.
        """
        body = {
            "batch_id": batch_id,
            "reason": reason,
        }
        return self._post("/api/v1/usage-batches/revert", body, UsageBatch)

    def list_usage_batch_lines(
        self,
        batch_id: str,
        statuses: list[str] | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> UsageBatchPage:
        """A batch of past usage.

        batch_id: ID of the batch.
        statuses: Statuses to return. Default: all.
        first: Maximum number of items, 0–100. Default: 20.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "batch_id": batch_id,
            "statuses": statuses,
            "first": first,
            "after": after,
        }
        return self._post("/api/v1/usage-batches/lines", body, UsageBatchPage)

    def list_usage_batches(
        self,
        statuses: list[str] | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> UsageBatches:
        """Batches of past usage, newest first.

        statuses: Statuses to return. Default: all.
        first: Maximum number of items, 0–100. Default: 20.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "statuses": statuses,
            "first": first,
            "after": after,
        }
        return self._post("/api/v1/usage-batches/list", body, UsageBatches)

    def start_usage_comparison(
        self,
        account_ids: list[str],
        name: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> UsageComparison:
        """Starts a comparison of accounts with another engine.

        account_ids: Accounts, 1–500, by ID or reference. Each can be in one running comparison.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        name: Name of the comparison, 1–200 characters.
        reason: Why, for the audit log. 1–500 characters.
        """
        body = {
            "account_ids": account_ids,
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
            "name": name,
            "reason": reason,
        }
        return self._post("/api/v1/usage-comparisons/start", body, UsageComparison)

    def compare_usage(
        self,
        uses: list[CompareUsageRequestUse],
    ) -> CompareUsage:
        """Compares uses that another engine decided with the decisions of this server.

        uses: Uses in the order in which they happened, at most 200.
        """
        body = {
            "uses": uses,
        }
        return self._post("/api/v1/usage-comparisons/compare", body, CompareUsage)

    def preview_usage_comparison_end(
        self,
        usage_comparison_id: str,
        first: int | None = None,
        after: str | None = None,
    ) -> UsagePreviewReport2:
        """Effect of ending a running comparison now with `continue`, and of closing its batch: units and balances by account and feature, and denied lines.

        usage_comparison_id: Comparison to preview.
        first: Maximum number of items, 0–100. Default: 20.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "usage_comparison_id": usage_comparison_id,
            "first": first,
            "after": after,
        }
        return self._post("/api/v1/usage-comparisons/preview-end", body, UsagePreviewReport2)

    def end_usage_comparison(
        self,
        balances: str,
        usage_comparison_id: str,
        reason: str,
    ) -> UsageComparison:
        """Ends a comparison.

        balances: Balances after the end. One of `continue`, `discard`; others can be added.
        usage_comparison_id: ID of the comparison.
        reason: Why, for the audit log. 1–500 characters.
        """
        body = {
            "balances": balances,
            "usage_comparison_id": usage_comparison_id,
            "reason": reason,
        }
        return self._post("/api/v1/usage-comparisons/end", body, UsageComparison)

    def read_usage_comparison(
        self,
        usage_comparison_id: str,
    ) -> UsageComparison:
        """A comparison with another engine.

        usage_comparison_id: ID of the comparison.
        """
        body = {
            "usage_comparison_id": usage_comparison_id,
        }
        return self._post("/api/v1/usage-comparisons/read", body, UsageComparison)

    def list_usage_differences(
        self,
        usage_comparison_id: str,
        kinds: list[str] | None = None,
        feature: str | None = None,
        account_id: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> UsageDifferences:
        """Returns the differences that a comparison with another engine found.

        usage_comparison_id: ID of the comparison.
        kinds: Kinds to return. Default: all.
        feature: Code of the feature. Default: all features.
        account_id: Account, by ID or reference. Default: all accounts of the comparison.
        first: Maximum number of items, 0–100. Default: 20.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "usage_comparison_id": usage_comparison_id,
            "kinds": kinds,
            "feature": feature,
            "account_id": account_id,
            "first": first,
            "after": after,
        }
        return self._post("/api/v1/usage-comparisons/differences", body, UsageDifferences)

    def list_usage_comparisons(
        self,
        first: int | None = None,
        after: str | None = None,
    ) -> UsageComparisons:
        """Comparisons with other engines, newest first.

        first: Maximum number of items, 0–100. Default: 20.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "first": first,
            "after": after,
        }
        return self._post("/api/v1/usage-comparisons/list", body, UsageComparisons)

    def list_seats(
        self,
        account_id: str | None = None,
        user_id: str | None = None,
    ) -> Seats:
        """Seats that are assigned to members, one entry per feature of `seats` of the catalog.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        user_id: User whose seat is returned. Default: all holders.
        """
        body = {
            "account_id": account_id,
            "user_id": user_id,
        }
        return self._post("/api/v1/entitlements/seats", body, Seats)

    def assign_seat(
        self,
        feature: str,
        user_id: str,
        account_id: str | None = None,
    ) -> AssignSeat:
        """Assigns a free seat to a member, or moves that of another user.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        feature: Code of a feature that the catalog lists in `seats`.
        user_id: Member who receives the seat.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "user_id": user_id,
        }
        return self._post("/api/v1/entitlements/assign-seat", body, AssignSeat)

    def unassign_seat(
        self,
        feature: str,
        user_id: str,
        account_id: str | None = None,
    ) -> UnassignSeat:
        """Frees the seat of a user.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        feature: Code of a feature that the catalog lists in `seats`.
        user_id: User who loses the seat.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "user_id": user_id,
        }
        return self._post("/api/v1/entitlements/unassign-seat", body, UnassignSeat)

    def move_seat(
        self,
        feature: str,
        from_user_id: str,
        to_user_id: str,
        account_id: str | None = None,
    ) -> MoveSeat:
        """Moves the seat of a user to a member without one, in one step.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        feature: Code of a feature that the catalog lists in `seats`.
        from_user_id: User who loses it: the seat is moved, in one step.
        to_user_id: Member who receives the seat.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "from_user_id": from_user_id,
            "to_user_id": to_user_id,
        }
        return self._post("/api/v1/entitlements/move-seat", body, MoveSeat)

    def list_sub_accounts(
        self,
        account_id: str | None = None,
        sub_account_id: str | None = None,
    ) -> Pools:
        """Sub-accounts that use the pools of this account, by name, at most 1,000.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        sub_account_id: Only this sub-account. Default: all.
        """
        body = {
            "account_id": account_id,
            "sub_account_id": sub_account_id,
        }
        return self._post("/api/v1/entitlements/sub-accounts", body, Pools)

    def set_parent_account(
        self,
        account_id: str | None = None,
        parent_id: str | None = None,
    ) -> SetParent:
        """Makes the account a sub-account of another, moves it to another parent, or ends it.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        parent_id: Account whose pools are used. Null: the account uses its own units.
        """
        body = {
            "account_id": account_id,
            "parent_id": parent_id,
        }
        return self._post("/api/v1/entitlements/set-parent", body, SetParent)

    def list_spend_caps(
        self,
        account_id: str | None = None,
        feature: str | None = None,
        user_id: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> SpendCaps:
        """Spend caps of the account and its members, or of a sub-account, with the use of the present period, by code of the feature and age.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        feature: Code of the feature. Default: all.
        user_id: Member whose caps are returned. Default: all.
        first: Maximum number of items, 0–100.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "user_id": user_id,
            "first": first,
            "after": after,
        }
        return self._post("/api/v1/entitlements/spend-caps", body, SpendCaps)

    def set_spend_cap(
        self,
        feature: str,
        limit: SetSpendCapRequestLimit,
        period: str,
        account_id: str | None = None,
        alert_percents: list[int] | None = None,
        cap_id: str | None = None,
        sub_account_id: str | None = None,
        user_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> SpendCap:
        """Sets the most units of a feature that the account, one of its members or a sub-account uses in a period, or their highest cost beyond the allowance; further use is denied.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        alert_percents: Percent of the limit at which an alert is sent, 1–100, at most 5. Default: those of the cap that it replaces, otherwise none.
        cap_id: Cap that is replaced, for example the one that a remedy names; denied if the terms replace another one, or none. Default: the present one, if there is one.
        feature: Code of a feature that the catalog lists in `spend_caps`, or in `pools` for a cap of a sub-account.
        limit: Most units in a period, or their highest cost beyond the allowance; at most the cap of the operator. 0 allows no unit, or nothing beyond the allowance.
        period: Period of the cap. One of `billing_period`, `day`, `month`; others can be added.
        sub_account_id: Sub-account whose use the cap limits, in units. Default: the whole account.
        user_id: Member whose use the cap limits. Default: the whole account.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "alert_percents": alert_percents,
            "cap_id": cap_id,
            "feature": feature,
            "limit": limit,
            "period": period,
            "sub_account_id": sub_account_id,
            "user_id": user_id,
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
        }
        return self._post("/api/v1/entitlements/set-spend-cap", body, SpendCap)

    def list_alerts(
        self,
        account_id: str | None = None,
        feature: str | None = None,
    ) -> Alerts:
        """Alerts with the numbers that they watch, in the order of the catalog: at most 21 for each feature.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        feature: Code of the feature. Default: all.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
        }
        return self._post("/api/v1/entitlements/alerts", body, Alerts)

    def set_alerts(
        self,
        alerts: list[SetAlertsRequestAlert],
        feature: str,
        account_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> SetAlerts:
        """Sets the alerts of a feature: on the use of its allowance, on its balance and on the forecast.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        alerts: Alerts in place of the earlier ones. Empty: none.
        feature: Code of a feature that the catalog lists in `balance_alerts`. Alerts on allowances and forecasts require a quota with the window `month` or `billing_period`.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "alerts": alerts,
            "feature": feature,
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
        }
        return self._post("/api/v1/entitlements/set-alerts", body, SetAlerts)

    def remove_spend_cap(
        self,
        id: str,
        idempotency_key: str | None = None,
    ) -> RemoveSpendCap:
        """Removes a spend cap.

        id: ID of the cap.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "id": id,
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
        }
        return self._post("/api/v1/entitlements/remove-spend-cap", body, RemoveSpendCap)

    def record_usage(self, events: list[UsageEventInput]) -> UsageReportPayload:
        """Records usage that already happened, at most 1,000 events. Each event is accepted or rejected on its own."""
        document = """
            mutation RecordUsage($events: [UsageEventInput!]!) { recordUsage(events: $events) { acceptedCount duplicateCount rejected { code index message } denial { code message } } }
        """
        return self._mutate(document, "recordUsage", {"events": events}, UsageReportPayload)

"""A method for each operation. Do not edit: `npm run docs` of Stackgate generates this file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, TypeVar

from ._unset import UNSET, Unset
from .results import Decision, Result
from .types import (
    AddToUsageBatch,
    AddToUsageBatchRequestLine,
    Alerts,
    Allocation,
    AssignSeat,
    BillingSubscription,
    ChangePlan,
    Check,
    Checkout,
    CompareUsage,
    CompareUsageRequestUse,
    Consumption,
    ConsumptionAmendments,
    CreditGrant,
    EndTerms,
    EntitlementCheck,
    EntitlementsToken,
    MoveSeat,
    OpenBillingPortal,
    PlanCheck,
    Pools,
    PreviewUsageRequestPropertie,
    PriceList,
    PriceLists,
    RemoveSpendCap,
    Reservation,
    Seats,
    SetAlerts,
    SetAlertsRequestAlert,
    SetParent,
    SetPlan,
    SetSpendCapRequestLimit,
    SetTerms,
    SpendCap,
    SpendCaps,
    StartDeployment,
    StartDeploymentRequestApp,
    StartDeploymentRequestServer,
    StartDeploymentRequestValue,
    Time,
    UnassignSeat,
    UpsertAccount,
    UsageAmendment,
    UsageAmendmentPreview,
    UsageBatch,
    UsageBatches,
    UsageBatchPage,
    UsageComparison,
    UsageComparisons,
    UsageDifferences,
    UsagePreviewReport,
    UsagePreviewReport2,
    Work,
)

Value = TypeVar("Value")


class Operations(ABC):
    """The operations. `Stackgate` sends the requests."""

    @abstractmethod
    def _read(self, path: str, body: dict[str, Any], expected: type[Value]) -> Value: ...

    @abstractmethod
    def _decide(self, path: str, body: dict[str, Any], expected: type[Value]) -> Decision[Value]: ...

    @abstractmethod
    def _act(self, path: str, body: dict[str, Any], expected: type[Value]) -> Result[Value]: ...

    def check(
        self,
        *,
        feature: str,
        account_id: str | Unset = UNSET,
        amount: int | Unset = UNSET,
        work: Work | None | Unset = UNSET,
        properties: dict[str, str] | None | Unset = UNSET,
        reference: str | None | Unset = UNSET,
        note: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
    ) -> Decision[EntitlementCheck]:
        """Checks whether an account can use a feature now.

        account_id: Default: the account of the token.
        feature: Code of the feature.
        amount: Units. Default: 1.
        work: Work that the rate card of the feature prices, instead of `amount`.
        properties: Properties of the use by name, for example `{ "region": "eu" }`, of those that the feature has.
        reference: Caller's reference for the units. Stored in the ledger. Maximum: 500 characters.
        note: Note for people, without personal data. Shown in the ledger, and on the invoice that charges units beyond the allowance. Maximum: 200 characters.
        user_id: Member of the account who uses the units.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "amount": amount,
            "work": work,
            "properties": properties,
            "reference": reference,
            "note": note,
            "user_id": user_id,
        }
        return self._decide("/api/v1/entitlements/check", body, EntitlementCheck)

    def check_plan(
        self,
        *,
        plan: str,
        account_id: str | Unset = UNSET,
    ) -> Decision[PlanCheck]:
        """Checks whether an account has a plan, or one of a higher rank.

        account_id: Default: the account of the token.
        plan: Code of the plan.
        """
        body = {
            "account_id": account_id,
            "plan": plan,
        }
        return self._decide("/api/v1/entitlements/check-plan", body, PlanCheck)

    def consume(
        self,
        *,
        account_id: str,
        feature: str,
        amount: int | Unset = UNSET,
        work: Work | None | Unset = UNSET,
        properties: dict[str, str] | None | Unset = UNSET,
        reference: str | None | Unset = UNSET,
        note: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[Consumption]:
        """Uses units of a quota or of credits.

        account_id: ID or reference of the account, for example `person:auth0|ann`.
        feature: Code of the feature.
        amount: Units. Default: 1.
        work: Work that the rate card of the feature prices, instead of `amount`.
        properties: Properties of the use by name, for example `{ "region": "eu" }`, of those that the feature has.
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
            "properties": properties,
            "reference": reference,
            "note": note,
            "user_id": user_id,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/entitlements/consume", body, Consumption)

    def reserve(
        self,
        *,
        account_id: str,
        feature: str,
        amount: int | Unset = UNSET,
        work: Work | None | Unset = UNSET,
        expires_in_seconds: int | None | Unset = UNSET,
        on_expiry: str | None | Unset = UNSET,
        properties: dict[str, str] | None | Unset = UNSET,
        reference: str | None | Unset = UNSET,
        note: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[Reservation]:
        """Holds units until they are committed, released or expired.

        account_id: ID or reference of the account, for example `person:auth0|ann`.
        feature: Code of the feature.
        amount: Units. Default: 1.
        work: Work that the rate card of the feature prices, instead of `amount`.
        expires_in_seconds: Time until the reservation ends. Default: 300.
        on_expiry: Treatment of the units if the reservation ends by its time. Default: `release`.
        properties: Properties of the use by name, for example `{ "region": "eu" }`, of those that the feature has.
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
            "on_expiry": on_expiry,
            "properties": properties,
            "reference": reference,
            "note": note,
            "user_id": user_id,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/entitlements/reserve", body, Reservation)

    def commit(
        self,
        *,
        reservation_id: str,
        amount: int | Unset = UNSET,
        work: Work | None | Unset = UNSET,
        provider_cost: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[Consumption]:
        """Uses the units of a reservation.

        reservation_id: ID of the reservation.
        amount: Units that were used. Default: all.
        work: Work that the rate card of the feature prices, instead of `amount`.
        provider_cost: Cost in US dollars that the provider of the work reported, as a decimal. It is not charged.
        idempotency_key: ID of the work; the same for each retry. A repeated request with the same key returns the first result. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "reservation_id": reservation_id,
            "amount": amount,
            "work": work,
            "provider_cost": provider_cost,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/entitlements/commit", body, Consumption)

    def extend(
        self,
        *,
        reservation_id: str,
        expires_in_seconds: int | None | Unset = UNSET,
        estimate: int | None | Unset = UNSET,
        work: Work | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[Reservation]:
        """Changes the end or the estimate of a reservation.

        reservation_id: ID of the reservation.
        expires_in_seconds: Time from now until the reservation ends. Default: its end stays.
        estimate: Estimate of the units that are used so far.
        work: Work that the rate card of the feature prices, instead of `amount`.
        idempotency_key: ID of the work; the same for each retry. A repeated request with the same key returns the first result. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "reservation_id": reservation_id,
            "expires_in_seconds": expires_in_seconds,
            "estimate": estimate,
            "work": work,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/entitlements/extend", body, Reservation)

    def release(
        self,
        *,
        reservation_id: str,
        idempotency_key: str | None = None,
    ) -> Result[Reservation]:
        """Returns the units of a reservation.

        reservation_id: ID of the reservation.
        idempotency_key: ID of the work; the same for each retry. A repeated request with the same key returns the first result. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "reservation_id": reservation_id,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/entitlements/release", body, Reservation)

    def allocate(
        self,
        *,
        account_id: str,
        feature: str,
        resource_id: str,
    ) -> Result[Allocation]:
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
        return self._act("/api/v1/entitlements/allocate", body, Allocation)

    def deallocate(
        self,
        *,
        account_id: str,
        feature: str,
        resource_id: str,
    ) -> Result[Allocation]:
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
        return self._act("/api/v1/entitlements/deallocate", body, Allocation)

    def start_deployment(
        self,
        *,
        template_id: str,
        account_id: str | Unset = UNSET,
        apps: list[StartDeploymentRequestApp] | None | Unset = UNSET,
        name: str | None | Unset = UNSET,
        server: StartDeploymentRequestServer | None | Unset = UNSET,
        stack: str | None | Unset = UNSET,
        values: list[StartDeploymentRequestValue] | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[StartDeployment]:
        """Starts a deployment if the account is eligible.

        account_id: Account that owns the deployment, by ID or reference. Default: the caller's current account.
        apps: Applications of the deployment, at most 100. Default: the template's.
        name: Display name. Default: the template's name.
        server: Target server, checked against the template's requirements. Default: not checked.
        stack: Stack code. Default: the template's stack.
        template_id: ID of the template to deploy.
        values: Values of the parameters of the template, at most one for each. Default: generated values and defaults.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "apps": apps,
            "name": name,
            "server": server,
            "stack": stack,
            "template_id": template_id,
            "values": values,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/deployments/start", body, StartDeployment)

    def start_subscription(
        self,
        *,
        plan: str,
        account_id: str | Unset = UNSET,
        billing_first_name: str | None | Unset = UNSET,
        billing_last_name: str | None | Unset = UNSET,
        cancel_url: str | None | Unset = UNSET,
        currency: str | None | Unset = UNSET,
        interval: str | None | Unset = UNSET,
        lifetime: bool | None | Unset = UNSET,
        negotiated_plan_id: str | None | Unset = UNSET,
        plugin_id: str | None | Unset = UNSET,
        promotion_code: str | None | Unset = UNSET,
        provider: str | None | Unset = UNSET,
        quantity: int | None | Unset = UNSET,
        success_url: str | None | Unset = UNSET,
        trial_days: int | None | Unset = UNSET,
        user_domain: str | None | Unset = UNSET,
        user_email: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[Checkout]:
        """Starts a checkout for a plan and returns its payment page.

        account_id: Account that pays, by ID or reference. Default: the caller's current account.
        billing_first_name: First name of the payer, passed to the provider.
        billing_last_name: Last name of the payer, passed to the provider.
        cancel_url: URL for buyers who cancel; its host must be allowed. Default: the catalog's URL.
        currency: Currency of the payment. Default: the account's, then the catalog's.
        interval: Billing interval. Default: a month, or the plan's shortest interval if it has no monthly price.
        lifetime: Buys the plan once, without an end, at its lifetime price. Use beyond its allowances is denied, because no invoice follows.
        negotiated_plan_id: ID of a negotiated plan of the account. Its price, interval, currency and quantity apply instead of those of this input.
        plan: Code of the plan.
        plugin_id: ID of the plugin that embeds the page, for catalogs that build return URLs from it.
        promotion_code: Promotion code for the provider's page. Default: the buyer can enter one.
        provider: Provider of the payment. Default: the account's, otherwise the only configured one.
        quantity: Quantity for a plan priced per unit; 1 for a flat price.
        success_url: URL for buyers who have paid; its host must be allowed. `{CHECKOUT_SESSION_ID}` in it becomes the `provider_reference` of the checkout. Default: the catalog's URL.
        trial_days: Trial days, at most those of the price. Default: those of the price.
        user_domain: Domain of the buyer, for example `try.direct`. `dev.try.direct` is accepted in test and sandbox mode.
        user_email: Email address of the buyer. Must be the caller's own.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "billing_first_name": billing_first_name,
            "billing_last_name": billing_last_name,
            "cancel_url": cancel_url,
            "currency": currency,
            "interval": interval,
            "lifetime": lifetime,
            "negotiated_plan_id": negotiated_plan_id,
            "plan": plan,
            "plugin_id": plugin_id,
            "promotion_code": promotion_code,
            "provider": provider,
            "quantity": quantity,
            "success_url": success_url,
            "trial_days": trial_days,
            "user_domain": user_domain,
            "user_email": user_email,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/billing/start-subscription", body, Checkout)

    def open_billing_portal(
        self,
        *,
        account_id: str | Unset = UNSET,
        idempotency_key: str | None = None,
        plugin_id: str | None | Unset = UNSET,
        return_url: str | None | Unset = UNSET,
    ) -> Result[OpenBillingPortal]:
        """Opens the provider's billing portal for invoices and payment methods.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        plugin_id: ID of the plugin that embeds the page, for catalogs that build return URLs from it.
        return_url: Page to return to; its host must be allowed. Default: the catalog's URL.
        """
        body = {
            "account_id": account_id,
            "idempotency_key": idempotency_key,
            "plugin_id": plugin_id,
            "return_url": return_url,
        }
        return self._act("/api/v1/billing/open-billing-portal", body, OpenBillingPortal)

    def change_plan(
        self,
        *,
        plan: str,
        account_id: str | Unset = UNSET,
        at: str | None | Unset = UNSET,
        interval: str | None | Unset = UNSET,
        negotiated_plan_id: str | None | Unset = UNSET,
        promotion_code: str | None | Unset = UNSET,
        quantity: int | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[ChangePlan]:
        """Changes plan, interval or quantity of the active subscription.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        at: Effective time. Default: upgrades now, downgrades at period end; in a trial always now.
        interval: Billing interval. Default: unchanged.
        negotiated_plan_id: ID of a negotiated plan of the account. Its price, interval and quantity apply instead of those of this input.
        plan: Code of the plan. Pass the current plan to change only the interval or quantity.
        promotion_code: Promotion code to redeem when the change takes effect. The subscription can have one code at a time.
        quantity: Quantity for a plan priced per unit. Default: unchanged.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "at": at,
            "interval": interval,
            "negotiated_plan_id": negotiated_plan_id,
            "plan": plan,
            "promotion_code": promotion_code,
            "quantity": quantity,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/billing/change-plan", body, ChangePlan)

    def cancel_subscription(
        self,
        *,
        account_id: str | Unset = UNSET,
        at: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
        reason: str | None | Unset = UNSET,
    ) -> Result[BillingSubscription]:
        """Cancels the active subscription, immediately or at period end.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        at: Effective time of the cancellation. With NOW, the `Unused_time_policy` determines the credit; `previewCancellation` shows it.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        reason: Reason given by the customer, at most 500 characters. Stored, and passed to the provider.
        """
        body = {
            "account_id": account_id,
            "at": at,
            "idempotency_key": idempotency_key,
            "reason": reason,
        }
        return self._act("/api/v1/billing/cancel-subscription", body, BillingSubscription)

    def resume_subscription(
        self,
        *,
        account_id: str | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[BillingSubscription]:
        """Cancels a scheduled cancellation, or a scheduled change, or ends a pause.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/billing/resume-subscription", body, BillingSubscription)

    def preview_usage_amendment(
        self,
        *,
        consumption_id: str,
        amount: int,
        reason: str | None | Unset = UNSET,
    ) -> Decision[UsageAmendmentPreview]:
        """Effect of an amendment of usage before it is made.

        consumption_id: Consumption to amend.
        amount: Units that would still count. 0 voids it.
        reason: Reason that the amendment would have, 1–500 characters. Default: not checked.
        """
        body = {
            "consumption_id": consumption_id,
            "amount": amount,
            "reason": reason,
        }
        return self._decide("/api/v1/entitlements/preview-amendment", body, UsageAmendmentPreview)

    def amend_usage(
        self,
        *,
        amount: int,
        consumption_id: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> Result[UsageAmendment]:
        """Reduces the units of a consumption that count, by counter-entries in the ledger; 0 voids it.

        amount: Units that still count, fewer than now. 0 voids the consumption.
        consumption_id: Consumption to amend.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        reason: Reason, 1–500 characters. Members of the account can read it.
        """
        body = {
            "amount": amount,
            "consumption_id": consumption_id,
            "idempotency_key": idempotency_key,
            "reason": reason,
        }
        return self._act("/api/v1/entitlements/amend", body, UsageAmendment)

    def void_usage(
        self,
        *,
        consumption_id: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> Result[UsageAmendment]:
        """Voids a consumption, by counter-entries in the ledger.

        consumption_id: Consumption to amend.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        reason: Reason, 1–500 characters. Members of the account can read it.
        """
        body = {
            "consumption_id": consumption_id,
            "idempotency_key": idempotency_key,
            "reason": reason,
        }
        return self._act("/api/v1/entitlements/void", body, UsageAmendment)

    def list_usage_amendments(
        self,
        *,
        consumption_id: str,
    ) -> ConsumptionAmendments:
        """Amendments that returned units of it, oldest first: at most 100.

        consumption_id: ID of the object.
        """
        body = {
            "consumption_id": consumption_id,
        }
        return self._read("/api/v1/entitlements/amendments", body, ConsumptionAmendments)

    def open_usage_batch(
        self,
        *,
        name: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> Result[UsageBatch]:
        """Opens a batch for past usage.

        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        name: Name of the batch, 1–200 characters.
        reason: Reason for the batch, 1–500 characters.
        """
        body = {
            "idempotency_key": idempotency_key,
            "name": name,
            "reason": reason,
        }
        return self._act("/api/v1/usage-batches/open", body, UsageBatch)

    def add_to_usage_batch(
        self,
        *,
        batch_id: str,
        lines: list[AddToUsageBatchRequestLine],
    ) -> Result[AddToUsageBatch]:
        """Adds lines to an open batch.

        batch_id: ID of the batch.
        lines: Lines, at most 500. A batch has at most 5,000.
        """
        body = {
            "batch_id": batch_id,
            "lines": lines,
        }
        return self._act("/api/v1/usage-batches/add", body, AddToUsageBatch)

    def preview_usage_batch(
        self,
        *,
        batch_id: str,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
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
        return self._read("/api/v1/usage-batches/preview", body, UsagePreviewReport)

    def close_usage_batch(
        self,
        *,
        batch_id: str,
    ) -> Result[UsageBatch]:
        """Closes a batch: its lines are applied in the background, each once.

        batch_id: ID of the batch.
        """
        body = {
            "batch_id": batch_id,
        }
        return self._act("/api/v1/usage-batches/close", body, UsageBatch)

    def revert_usage_batch(
        self,
        *,
        batch_id: str,
        reason: str,
    ) -> Result[UsageBatch]:
        """Reverts a closed batch: the units of its lines are returned in the background, as `amendUsage` with the amount 0 does.

        batch_id: ID of the batch.
        reason: Reason, 1–500 characters. Members of the accounts can read it.
        """
        body = {
            "batch_id": batch_id,
            "reason": reason,
        }
        return self._act("/api/v1/usage-batches/revert", body, UsageBatch)

    def list_usage_batch_lines(
        self,
        *,
        batch_id: str,
        statuses: list[str] | None | Unset = UNSET,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
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
        return self._read("/api/v1/usage-batches/lines", body, UsageBatchPage)

    def list_usage_batches(
        self,
        *,
        statuses: list[str] | None | Unset = UNSET,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
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
        return self._read("/api/v1/usage-batches/list", body, UsageBatches)

    def start_usage_comparison(
        self,
        *,
        account_ids: list[str],
        name: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> Result[UsageComparison]:
        """Starts a comparison of accounts with another engine.

        account_ids: Accounts, 1–500, by ID or reference. Each can be in one running comparison.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        name: Name of the comparison, 1–200 characters.
        reason: Why, for the audit log. 1–500 characters.
        """
        body = {
            "account_ids": account_ids,
            "idempotency_key": idempotency_key,
            "name": name,
            "reason": reason,
        }
        return self._act("/api/v1/usage-comparisons/start", body, UsageComparison)

    def compare_usage(
        self,
        *,
        uses: list[CompareUsageRequestUse],
    ) -> Result[CompareUsage]:
        """Compares uses that another engine decided with the decisions of this server.

        uses: Uses in the order in which they happened, at most 200.
        """
        body = {
            "uses": uses,
        }
        return self._act("/api/v1/usage-comparisons/compare", body, CompareUsage)

    def preview_usage_comparison_end(
        self,
        *,
        usage_comparison_id: str,
        balances: str | None | Unset = UNSET,
        reason: str | None | Unset = UNSET,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
    ) -> UsagePreviewReport2:
        """Effect of ending a running comparison now, and of closing its batch: units and balances by account and feature, and denied lines.

        usage_comparison_id: Comparison to preview.
        balances: Balances after the end.
        reason: Reason that the end would have, 1–500 characters. Default: not checked.
        first: Maximum number of items, 0–100. Default: 20.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "usage_comparison_id": usage_comparison_id,
            "balances": balances,
            "reason": reason,
            "first": first,
            "after": after,
        }
        return self._read("/api/v1/usage-comparisons/preview-end", body, UsagePreviewReport2)

    def end_usage_comparison(
        self,
        *,
        balances: str,
        usage_comparison_id: str,
        reason: str,
    ) -> Result[UsageComparison]:
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
        return self._act("/api/v1/usage-comparisons/end", body, UsageComparison)

    def read_usage_comparison(
        self,
        *,
        usage_comparison_id: str,
    ) -> UsageComparison:
        """A comparison with another engine.

        usage_comparison_id: ID of the comparison.
        """
        body = {
            "usage_comparison_id": usage_comparison_id,
        }
        return self._read("/api/v1/usage-comparisons/read", body, UsageComparison)

    def list_usage_differences(
        self,
        *,
        usage_comparison_id: str,
        kinds: list[str] | None | Unset = UNSET,
        feature: str | None | Unset = UNSET,
        account_id: str | Unset = UNSET,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
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
        return self._read("/api/v1/usage-comparisons/differences", body, UsageDifferences)

    def list_usage_comparisons(
        self,
        *,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
    ) -> UsageComparisons:
        """Comparisons with other engines, newest first.

        first: Maximum number of items, 0–100. Default: 20.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "first": first,
            "after": after,
        }
        return self._read("/api/v1/usage-comparisons/list", body, UsageComparisons)

    def list_price_lists(
        self,
        *,
        feature: str | None | Unset = UNSET,
        statuses: list[str] | None | Unset = UNSET,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
    ) -> PriceLists:
        """Changes of prices that public price lists proposed, newest first.

        feature: Code of the feature of the rate card. Default: all.
        statuses: Statuses of the lists. Default: all.
        first: Maximum number of items, 0–100. Default: 15.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "feature": feature,
            "statuses": statuses,
            "first": first,
            "after": after,
        }
        return self._read("/api/v1/price-lists/list", body, PriceLists)

    def apply_price_list(
        self,
        *,
        price_list_id: str,
    ) -> Result[PriceList]:
        """Applies proposed prices from now on.

        price_list_id: ID of the price list.
        """
        body = {
            "price_list_id": price_list_id,
        }
        return self._act("/api/v1/price-lists/apply", body, PriceList)

    def reject_price_list(
        self,
        *,
        price_list_id: str,
        reason: str,
    ) -> Result[PriceList]:
        """Rejects proposed prices.

        price_list_id: ID of the price list.
        reason: Why, for the audit log. 1–500 characters.
        """
        body = {
            "price_list_id": price_list_id,
            "reason": reason,
        }
        return self._act("/api/v1/price-lists/reject", body, PriceList)

    def upsert_account(
        self,
        *,
        account_id: str,
        billing_email: str | None | Unset = UNSET,
        currency: str | None | Unset = UNSET,
        language: str | None | Unset = UNSET,
        metadata: Any | None | Unset = UNSET,
        name: str | None | Unset = UNSET,
        time_zone: str | None | Unset = UNSET,
    ) -> Result[UpsertAccount]:
        """Creates the account of a customer of your application, or changes it.

        account_id: Reference of the account: `customer:` and your ID of 1 to 200 characters. Or the ID of an existing account.
        billing_email: Address for receipts and notices while no owner has signed in. Null removes it. Default: unchanged.
        currency: Currency of its prices, one in which the catalog sells (`Installation.currencies`). A running subscription keeps its own. Null: the default of the catalog. Default: unchanged.
        language: Language of mails and pages, as a tag of BCP 47. Null: that of the browser. Default: unchanged.
        metadata: Your own data: at most 50 keys with texts of at most 500 characters. Keys that are left out stay, a null removes its key, and `metadata: null` removes all. Default: unchanged.
        name: Display name, a single line of 1 to 100 characters. Default: unchanged, at first your ID.
        time_zone: Time zone, as an IANA name. Null: UTC. Default: unchanged.
        """
        body = {
            "account_id": account_id,
            "billing_email": billing_email,
            "currency": currency,
            "language": language,
            "metadata": metadata,
            "name": name,
            "time_zone": time_zone,
        }
        return self._act("/api/v1/accounts/upsert", body, UpsertAccount)

    def set_terms(
        self,
        *,
        account_id: str,
        reason: str,
        amount: int | None | Unset = UNSET,
        ends_at: Time | None | Unset = UNSET,
        feature: str | None | Unset = UNSET,
        plan: str | None | Unset = UNSET,
        quantity: int | None | Unset = UNSET,
        unlimited: bool | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[SetTerms]:
        """Gives an account a paid plan free of charge until a time, or more of a feature, with a reason.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`).
        amount: Number of additional units of the feature, at least 1. Omit for a boolean feature or with `unlimited`.
        ends_at: End of the plan or of the addition (business clock). Required for a plan. Default: never.
        feature: Code of the feature of which the account has more. Give either this or `plan`.
        plan: Code of a paid plan that is above the one that the account pays for. Give either this or `feature`.
        quantity: Units of a plan that is priced by the unit, 1–10,000. Default: 1.
        reason: Why, for the audit log. The account sees it. 1–500 characters.
        unlimited: Remove the limit of the feature. Default: false.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "amount": amount,
            "ends_at": ends_at,
            "feature": feature,
            "plan": plan,
            "quantity": quantity,
            "reason": reason,
            "unlimited": unlimited,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/entitlements/set-terms", body, SetTerms)

    def end_terms(
        self,
        *,
        account_id: str,
        reason: str,
        feature: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
        plan: str | None | Unset = UNSET,
    ) -> Result[EndTerms]:
        """Ends a complimentary plan, or an addition to a feature, before its end.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`).
        feature: Code of the feature. Give either this or `plan`.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        plan: Code of the complimentary plan. Give either this or `feature`.
        reason: Why, for the audit log. 1–500 characters.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "idempotency_key": idempotency_key,
            "plan": plan,
            "reason": reason,
        }
        return self._act("/api/v1/entitlements/end-terms", body, EndTerms)

    def preview(
        self,
        *,
        feature: str,
        work: Work,
        account_id: str | Unset = UNSET,
        properties: list[PreviewUsageRequestPropertie] | None | Unset = UNSET,
        reference: str | None | Unset = UNSET,
        note: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
    ) -> Decision[Check]:
        """Whether the account may use the feature now.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        feature: Code of the feature.
        work: Work that the rate card of the feature prices, instead of `amount`.
        properties: Properties of the use by which usage can be grouped, of those that the feature has in the catalog. A value has 1–100 characters, and no personal data. Default: none. Checked as by `consume`.
        reference: Caller's reference for the units. Stored in the ledger. Maximum: 500 characters. Checked as by `consume`.
        note: Note for people, without personal data. Shown in the ledger, and on the invoice that charges units beyond the allowance. Maximum: 200 characters. Checked as by `consume`.
        user_id: Member of the account who would use the units. The caps of the member apply. Default: none.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "work": work,
            "properties": properties,
            "reference": reference,
            "note": note,
            "user_id": user_id,
        }
        return self._decide("/api/v1/entitlements/preview", body, Check)

    def grant_credits(
        self,
        *,
        account_id: str,
        amount: int,
        feature: str,
        reason: str,
        valid_for_days: int | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[CreditGrant]:
        """Grants credits, or units of a quota in addition to the plan.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`).
        amount: Number of units, at least 1.
        feature: Code of a quota or credit feature.
        reason: Why, for the audit log. 1–500 characters.
        valid_for_days: Days until the credits expire, 1–3660. Default: never.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "amount": amount,
            "feature": feature,
            "reason": reason,
            "valid_for_days": valid_for_days,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/entitlements/grant-credits", body, CreditGrant)

    def revoke_credits(
        self,
        *,
        credit_grant_id: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> Result[CreditGrant]:
        """Revokes a credit grant.

        credit_grant_id: ID of the credit grant.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        reason: Why, for the audit log. 1–500 characters.
        """
        body = {
            "credit_grant_id": credit_grant_id,
            "idempotency_key": idempotency_key,
            "reason": reason,
        }
        return self._act("/api/v1/entitlements/revoke-credits", body, CreditGrant)

    def set_plan(
        self,
        *,
        account_id: str,
        event_at: Time | None | Unset = UNSET,
        from_: Time | None | Unset = UNSET,
        plan: str | None | Unset = UNSET,
        quantity: int | None | Unset = UNSET,
        source: str | None | Unset = UNSET,
        to: Time | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[SetPlan]:
        """Sets or ends the plan of a subscription at the seller's own payment provider.

        account_id: Account ID or reference (`customer:…`, `person:…`, `team:…`, `community:…`). A customer without an account is created if the key may do so.
        event_at: Time of the event at the seller's provider (business clock). An event that is older than the last one of its source changes nothing. Not in the future. Default: now, and after the last event.
        from_: Start of the paid period (business clock), from which allowances of a billing period are counted. Not in the future. Default: that of the present period, at first now.
        plan: Code of the plan, which cannot be left out. Null ends the plan of the source now; the other terms then have no effect.
        quantity: Units of a plan that is priced by the unit, 1–10,000. Default: 1.
        source: The seller's own ID of the subscription, 1–255 printable ASCII characters without spaces. Each source holds one plan. Default: `default`.
        to: End of the paid period (business clock). The plan expires at the end of that day (UTC) unless a later event prolongs it. Null: no end.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "event_at": event_at,
            "from": from_,
            "plan": plan,
            "quantity": quantity,
            "source": source,
            "to": to,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/entitlements/set-plan", body, SetPlan)

    def create_entitlements_token(
        self,
        *,
        account_id: str | Unset = UNSET,
        ttl_seconds: int | None | Unset = UNSET,
    ) -> Result[EntitlementsToken]:
        """Token with which an edge function shows and hides features without a request.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        ttl_seconds: Seconds until the token ends, at most 300. Default: 300.
        """
        body = {
            "account_id": account_id,
            "ttl_seconds": ttl_seconds,
        }
        return self._act("/api/v1/entitlements/token", body, EntitlementsToken)

    def list_seats(
        self,
        *,
        account_id: str | Unset = UNSET,
        feature: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
        roles: list[str] | None | Unset = UNSET,
        search: str | None | Unset = UNSET,
        without_seat: str | None | Unset = UNSET,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
    ) -> Seats:
        """Seats that are assigned to members, one entry per feature of `seats` of the catalog.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        feature: Code of the feature whose seats are returned. Default: all.
        user_id: Only this user. Default: all.
        roles: Roles of the members. Default: all.
        search: Part of the name or of the email address of the user, at most 255 characters. Default: no filter.
        without_seat: Code of a feature of `seats`: only members without a seat of it. Default: no filter.
        first: Maximum number of items, 0–100. Default: 50.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "user_id": user_id,
            "roles": roles,
            "search": search,
            "without_seat": without_seat,
            "first": first,
            "after": after,
        }
        return self._read("/api/v1/entitlements/seats", body, Seats)

    def assign_seat(
        self,
        *,
        feature: str,
        user_id: str,
        account_id: str | Unset = UNSET,
    ) -> Result[AssignSeat]:
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
        return self._act("/api/v1/entitlements/assign-seat", body, AssignSeat)

    def unassign_seat(
        self,
        *,
        feature: str,
        user_id: str,
        account_id: str | Unset = UNSET,
    ) -> Result[UnassignSeat]:
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
        return self._act("/api/v1/entitlements/unassign-seat", body, UnassignSeat)

    def move_seat(
        self,
        *,
        feature: str,
        from_user_id: str,
        to_user_id: str,
        account_id: str | Unset = UNSET,
    ) -> Result[MoveSeat]:
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
        return self._act("/api/v1/entitlements/move-seat", body, MoveSeat)

    def list_sub_accounts(
        self,
        *,
        account_id: str | Unset = UNSET,
        sub_account_id: str | None | Unset = UNSET,
    ) -> Pools:
        """Sub-accounts that use the pools of this account, by name, at most 1,000.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        sub_account_id: Only this sub-account. Default: all.
        """
        body = {
            "account_id": account_id,
            "sub_account_id": sub_account_id,
        }
        return self._read("/api/v1/entitlements/sub-accounts", body, Pools)

    def set_parent_account(
        self,
        *,
        account_id: str | Unset = UNSET,
        parent_id: str | None | Unset = UNSET,
    ) -> Result[SetParent]:
        """Makes the account a sub-account of another, moves it to another parent, or ends it.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        parent_id: Account whose pools are used. Null: the account uses its own units.
        """
        body = {
            "account_id": account_id,
            "parent_id": parent_id,
        }
        return self._act("/api/v1/entitlements/set-parent", body, SetParent)

    def list_spend_caps(
        self,
        *,
        account_id: str | Unset = UNSET,
        feature: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
        first: int | None | Unset = UNSET,
        after: str | None | Unset = UNSET,
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
        return self._read("/api/v1/entitlements/spend-caps", body, SpendCaps)

    def set_spend_cap(
        self,
        *,
        feature: str,
        limit: SetSpendCapRequestLimit,
        period: str,
        account_id: str | Unset = UNSET,
        alert_percents: list[int] | None | Unset = UNSET,
        cap_id: str | None | Unset = UNSET,
        sub_account_id: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[SpendCap]:
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
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/entitlements/set-spend-cap", body, SpendCap)

    def list_alerts(
        self,
        *,
        account_id: str | Unset = UNSET,
        feature: str | None | Unset = UNSET,
    ) -> Alerts:
        """Alerts with the numbers that they watch, in the order of the catalog: at most 21 for each feature.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        feature: Code of the feature. Default: all.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
        }
        return self._read("/api/v1/entitlements/alerts", body, Alerts)

    def set_alerts(
        self,
        *,
        alerts: list[SetAlertsRequestAlert],
        feature: str,
        account_id: str | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[SetAlerts]:
        """Sets the alerts of a feature: on the use of its allowance, on its balance and on the forecast.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        alerts: Alerts in place of the earlier ones. Empty: none.
        feature: Code of a feature that the catalog lists in `balance_alerts`. Alerts on allowances and forecasts require a quota whose window is not sliding.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "alerts": alerts,
            "feature": feature,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/entitlements/set-alerts", body, SetAlerts)

    def remove_spend_cap(
        self,
        *,
        id: str,
        idempotency_key: str | None = None,
    ) -> Result[RemoveSpendCap]:
        """Removes a spend cap.

        id: ID of the cap.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "id": id,
            "idempotency_key": idempotency_key,
        }
        return self._act("/api/v1/entitlements/remove-spend-cap", body, RemoveSpendCap)


class AsyncOperations(ABC):
    """The operations. `AsyncStackgate` sends the requests."""

    @abstractmethod
    async def _read(self, path: str, body: dict[str, Any], expected: type[Value]) -> Value: ...

    @abstractmethod
    async def _decide(self, path: str, body: dict[str, Any], expected: type[Value]) -> Decision[Value]: ...

    @abstractmethod
    async def _act(self, path: str, body: dict[str, Any], expected: type[Value]) -> Result[Value]: ...

    async def check(
        self,
        *,
        feature: str,
        account_id: str | Unset = UNSET,
        amount: int | Unset = UNSET,
        work: Work | None | Unset = UNSET,
        properties: dict[str, str] | None | Unset = UNSET,
        reference: str | None | Unset = UNSET,
        note: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
    ) -> Decision[EntitlementCheck]:
        """Checks whether an account can use a feature now.

        account_id: Default: the account of the token.
        feature: Code of the feature.
        amount: Units. Default: 1.
        work: Work that the rate card of the feature prices, instead of `amount`.
        properties: Properties of the use by name, for example `{ "region": "eu" }`, of those that the feature has.
        reference: Caller's reference for the units. Stored in the ledger. Maximum: 500 characters.
        note: Note for people, without personal data. Shown in the ledger, and on the invoice that charges units beyond the allowance. Maximum: 200 characters.
        user_id: Member of the account who uses the units.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "amount": amount,
            "work": work,
            "properties": properties,
            "reference": reference,
            "note": note,
            "user_id": user_id,
        }
        return await self._decide("/api/v1/entitlements/check", body, EntitlementCheck)

    async def check_plan(
        self,
        *,
        plan: str,
        account_id: str | Unset = UNSET,
    ) -> Decision[PlanCheck]:
        """Checks whether an account has a plan, or one of a higher rank.

        account_id: Default: the account of the token.
        plan: Code of the plan.
        """
        body = {
            "account_id": account_id,
            "plan": plan,
        }
        return await self._decide("/api/v1/entitlements/check-plan", body, PlanCheck)

    async def consume(
        self,
        *,
        account_id: str,
        feature: str,
        amount: int | Unset = UNSET,
        work: Work | None | Unset = UNSET,
        properties: dict[str, str] | None | Unset = UNSET,
        reference: str | None | Unset = UNSET,
        note: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[Consumption]:
        """Uses units of a quota or of credits.

        account_id: ID or reference of the account, for example `person:auth0|ann`.
        feature: Code of the feature.
        amount: Units. Default: 1.
        work: Work that the rate card of the feature prices, instead of `amount`.
        properties: Properties of the use by name, for example `{ "region": "eu" }`, of those that the feature has.
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
            "properties": properties,
            "reference": reference,
            "note": note,
            "user_id": user_id,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/entitlements/consume", body, Consumption)

    async def reserve(
        self,
        *,
        account_id: str,
        feature: str,
        amount: int | Unset = UNSET,
        work: Work | None | Unset = UNSET,
        expires_in_seconds: int | None | Unset = UNSET,
        on_expiry: str | None | Unset = UNSET,
        properties: dict[str, str] | None | Unset = UNSET,
        reference: str | None | Unset = UNSET,
        note: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[Reservation]:
        """Holds units until they are committed, released or expired.

        account_id: ID or reference of the account, for example `person:auth0|ann`.
        feature: Code of the feature.
        amount: Units. Default: 1.
        work: Work that the rate card of the feature prices, instead of `amount`.
        expires_in_seconds: Time until the reservation ends. Default: 300.
        on_expiry: Treatment of the units if the reservation ends by its time. Default: `release`.
        properties: Properties of the use by name, for example `{ "region": "eu" }`, of those that the feature has.
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
            "on_expiry": on_expiry,
            "properties": properties,
            "reference": reference,
            "note": note,
            "user_id": user_id,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/entitlements/reserve", body, Reservation)

    async def commit(
        self,
        *,
        reservation_id: str,
        amount: int | Unset = UNSET,
        work: Work | None | Unset = UNSET,
        provider_cost: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[Consumption]:
        """Uses the units of a reservation.

        reservation_id: ID of the reservation.
        amount: Units that were used. Default: all.
        work: Work that the rate card of the feature prices, instead of `amount`.
        provider_cost: Cost in US dollars that the provider of the work reported, as a decimal. It is not charged.
        idempotency_key: ID of the work; the same for each retry. A repeated request with the same key returns the first result. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "reservation_id": reservation_id,
            "amount": amount,
            "work": work,
            "provider_cost": provider_cost,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/entitlements/commit", body, Consumption)

    async def extend(
        self,
        *,
        reservation_id: str,
        expires_in_seconds: int | None | Unset = UNSET,
        estimate: int | None | Unset = UNSET,
        work: Work | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[Reservation]:
        """Changes the end or the estimate of a reservation.

        reservation_id: ID of the reservation.
        expires_in_seconds: Time from now until the reservation ends. Default: its end stays.
        estimate: Estimate of the units that are used so far.
        work: Work that the rate card of the feature prices, instead of `amount`.
        idempotency_key: ID of the work; the same for each retry. A repeated request with the same key returns the first result. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "reservation_id": reservation_id,
            "expires_in_seconds": expires_in_seconds,
            "estimate": estimate,
            "work": work,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/entitlements/extend", body, Reservation)

    async def release(
        self,
        *,
        reservation_id: str,
        idempotency_key: str | None = None,
    ) -> Result[Reservation]:
        """Returns the units of a reservation.

        reservation_id: ID of the reservation.
        idempotency_key: ID of the work; the same for each retry. A repeated request with the same key returns the first result. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "reservation_id": reservation_id,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/entitlements/release", body, Reservation)

    async def allocate(
        self,
        *,
        account_id: str,
        feature: str,
        resource_id: str,
    ) -> Result[Allocation]:
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
        return await self._act("/api/v1/entitlements/allocate", body, Allocation)

    async def deallocate(
        self,
        *,
        account_id: str,
        feature: str,
        resource_id: str,
    ) -> Result[Allocation]:
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
        return await self._act("/api/v1/entitlements/deallocate", body, Allocation)

    async def start_deployment(
        self,
        *,
        template_id: str,
        account_id: str | Unset = UNSET,
        apps: list[StartDeploymentRequestApp] | None | Unset = UNSET,
        name: str | None | Unset = UNSET,
        server: StartDeploymentRequestServer | None | Unset = UNSET,
        stack: str | None | Unset = UNSET,
        values: list[StartDeploymentRequestValue] | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[StartDeployment]:
        """Starts a deployment if the account is eligible.

        account_id: Account that owns the deployment, by ID or reference. Default: the caller's current account.
        apps: Applications of the deployment, at most 100. Default: the template's.
        name: Display name. Default: the template's name.
        server: Target server, checked against the template's requirements. Default: not checked.
        stack: Stack code. Default: the template's stack.
        template_id: ID of the template to deploy.
        values: Values of the parameters of the template, at most one for each. Default: generated values and defaults.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "apps": apps,
            "name": name,
            "server": server,
            "stack": stack,
            "template_id": template_id,
            "values": values,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/deployments/start", body, StartDeployment)

    async def start_subscription(
        self,
        *,
        plan: str,
        account_id: str | Unset = UNSET,
        billing_first_name: str | None | Unset = UNSET,
        billing_last_name: str | None | Unset = UNSET,
        cancel_url: str | None | Unset = UNSET,
        currency: str | None | Unset = UNSET,
        interval: str | None | Unset = UNSET,
        lifetime: bool | None | Unset = UNSET,
        negotiated_plan_id: str | None | Unset = UNSET,
        plugin_id: str | None | Unset = UNSET,
        promotion_code: str | None | Unset = UNSET,
        provider: str | None | Unset = UNSET,
        quantity: int | None | Unset = UNSET,
        success_url: str | None | Unset = UNSET,
        trial_days: int | None | Unset = UNSET,
        user_domain: str | None | Unset = UNSET,
        user_email: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[Checkout]:
        """Starts a checkout for a plan and returns its payment page.

        account_id: Account that pays, by ID or reference. Default: the caller's current account.
        billing_first_name: First name of the payer, passed to the provider.
        billing_last_name: Last name of the payer, passed to the provider.
        cancel_url: URL for buyers who cancel; its host must be allowed. Default: the catalog's URL.
        currency: Currency of the payment. Default: the account's, then the catalog's.
        interval: Billing interval. Default: a month, or the plan's shortest interval if it has no monthly price.
        lifetime: Buys the plan once, without an end, at its lifetime price. Use beyond its allowances is denied, because no invoice follows.
        negotiated_plan_id: ID of a negotiated plan of the account. Its price, interval, currency and quantity apply instead of those of this input.
        plan: Code of the plan.
        plugin_id: ID of the plugin that embeds the page, for catalogs that build return URLs from it.
        promotion_code: Promotion code for the provider's page. Default: the buyer can enter one.
        provider: Provider of the payment. Default: the account's, otherwise the only configured one.
        quantity: Quantity for a plan priced per unit; 1 for a flat price.
        success_url: URL for buyers who have paid; its host must be allowed. `{CHECKOUT_SESSION_ID}` in it becomes the `provider_reference` of the checkout. Default: the catalog's URL.
        trial_days: Trial days, at most those of the price. Default: those of the price.
        user_domain: Domain of the buyer, for example `try.direct`. `dev.try.direct` is accepted in test and sandbox mode.
        user_email: Email address of the buyer. Must be the caller's own.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "billing_first_name": billing_first_name,
            "billing_last_name": billing_last_name,
            "cancel_url": cancel_url,
            "currency": currency,
            "interval": interval,
            "lifetime": lifetime,
            "negotiated_plan_id": negotiated_plan_id,
            "plan": plan,
            "plugin_id": plugin_id,
            "promotion_code": promotion_code,
            "provider": provider,
            "quantity": quantity,
            "success_url": success_url,
            "trial_days": trial_days,
            "user_domain": user_domain,
            "user_email": user_email,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/billing/start-subscription", body, Checkout)

    async def open_billing_portal(
        self,
        *,
        account_id: str | Unset = UNSET,
        idempotency_key: str | None = None,
        plugin_id: str | None | Unset = UNSET,
        return_url: str | None | Unset = UNSET,
    ) -> Result[OpenBillingPortal]:
        """Opens the provider's billing portal for invoices and payment methods.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        plugin_id: ID of the plugin that embeds the page, for catalogs that build return URLs from it.
        return_url: Page to return to; its host must be allowed. Default: the catalog's URL.
        """
        body = {
            "account_id": account_id,
            "idempotency_key": idempotency_key,
            "plugin_id": plugin_id,
            "return_url": return_url,
        }
        return await self._act("/api/v1/billing/open-billing-portal", body, OpenBillingPortal)

    async def change_plan(
        self,
        *,
        plan: str,
        account_id: str | Unset = UNSET,
        at: str | None | Unset = UNSET,
        interval: str | None | Unset = UNSET,
        negotiated_plan_id: str | None | Unset = UNSET,
        promotion_code: str | None | Unset = UNSET,
        quantity: int | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[ChangePlan]:
        """Changes plan, interval or quantity of the active subscription.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        at: Effective time. Default: upgrades now, downgrades at period end; in a trial always now.
        interval: Billing interval. Default: unchanged.
        negotiated_plan_id: ID of a negotiated plan of the account. Its price, interval and quantity apply instead of those of this input.
        plan: Code of the plan. Pass the current plan to change only the interval or quantity.
        promotion_code: Promotion code to redeem when the change takes effect. The subscription can have one code at a time.
        quantity: Quantity for a plan priced per unit. Default: unchanged.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "at": at,
            "interval": interval,
            "negotiated_plan_id": negotiated_plan_id,
            "plan": plan,
            "promotion_code": promotion_code,
            "quantity": quantity,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/billing/change-plan", body, ChangePlan)

    async def cancel_subscription(
        self,
        *,
        account_id: str | Unset = UNSET,
        at: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
        reason: str | None | Unset = UNSET,
    ) -> Result[BillingSubscription]:
        """Cancels the active subscription, immediately or at period end.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        at: Effective time of the cancellation. With NOW, the `Unused_time_policy` determines the credit; `previewCancellation` shows it.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        reason: Reason given by the customer, at most 500 characters. Stored, and passed to the provider.
        """
        body = {
            "account_id": account_id,
            "at": at,
            "idempotency_key": idempotency_key,
            "reason": reason,
        }
        return await self._act("/api/v1/billing/cancel-subscription", body, BillingSubscription)

    async def resume_subscription(
        self,
        *,
        account_id: str | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[BillingSubscription]:
        """Cancels a scheduled cancellation, or a scheduled change, or ends a pause.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/billing/resume-subscription", body, BillingSubscription)

    async def preview_usage_amendment(
        self,
        *,
        consumption_id: str,
        amount: int,
        reason: str | None | Unset = UNSET,
    ) -> Decision[UsageAmendmentPreview]:
        """Effect of an amendment of usage before it is made.

        consumption_id: Consumption to amend.
        amount: Units that would still count. 0 voids it.
        reason: Reason that the amendment would have, 1–500 characters. Default: not checked.
        """
        body = {
            "consumption_id": consumption_id,
            "amount": amount,
            "reason": reason,
        }
        return await self._decide("/api/v1/entitlements/preview-amendment", body, UsageAmendmentPreview)

    async def amend_usage(
        self,
        *,
        amount: int,
        consumption_id: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> Result[UsageAmendment]:
        """Reduces the units of a consumption that count, by counter-entries in the ledger; 0 voids it.

        amount: Units that still count, fewer than now. 0 voids the consumption.
        consumption_id: Consumption to amend.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        reason: Reason, 1–500 characters. Members of the account can read it.
        """
        body = {
            "amount": amount,
            "consumption_id": consumption_id,
            "idempotency_key": idempotency_key,
            "reason": reason,
        }
        return await self._act("/api/v1/entitlements/amend", body, UsageAmendment)

    async def void_usage(
        self,
        *,
        consumption_id: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> Result[UsageAmendment]:
        """Voids a consumption, by counter-entries in the ledger.

        consumption_id: Consumption to amend.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        reason: Reason, 1–500 characters. Members of the account can read it.
        """
        body = {
            "consumption_id": consumption_id,
            "idempotency_key": idempotency_key,
            "reason": reason,
        }
        return await self._act("/api/v1/entitlements/void", body, UsageAmendment)

    async def list_usage_amendments(
        self,
        *,
        consumption_id: str,
    ) -> ConsumptionAmendments:
        """Amendments that returned units of it, oldest first: at most 100.

        consumption_id: ID of the object.
        """
        body = {
            "consumption_id": consumption_id,
        }
        return await self._read("/api/v1/entitlements/amendments", body, ConsumptionAmendments)

    async def open_usage_batch(
        self,
        *,
        name: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> Result[UsageBatch]:
        """Opens a batch for past usage.

        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        name: Name of the batch, 1–200 characters.
        reason: Reason for the batch, 1–500 characters.
        """
        body = {
            "idempotency_key": idempotency_key,
            "name": name,
            "reason": reason,
        }
        return await self._act("/api/v1/usage-batches/open", body, UsageBatch)

    async def add_to_usage_batch(
        self,
        *,
        batch_id: str,
        lines: list[AddToUsageBatchRequestLine],
    ) -> Result[AddToUsageBatch]:
        """Adds lines to an open batch.

        batch_id: ID of the batch.
        lines: Lines, at most 500. A batch has at most 5,000.
        """
        body = {
            "batch_id": batch_id,
            "lines": lines,
        }
        return await self._act("/api/v1/usage-batches/add", body, AddToUsageBatch)

    async def preview_usage_batch(
        self,
        *,
        batch_id: str,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
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
        return await self._read("/api/v1/usage-batches/preview", body, UsagePreviewReport)

    async def close_usage_batch(
        self,
        *,
        batch_id: str,
    ) -> Result[UsageBatch]:
        """Closes a batch: its lines are applied in the background, each once.

        batch_id: ID of the batch.
        """
        body = {
            "batch_id": batch_id,
        }
        return await self._act("/api/v1/usage-batches/close", body, UsageBatch)

    async def revert_usage_batch(
        self,
        *,
        batch_id: str,
        reason: str,
    ) -> Result[UsageBatch]:
        """Reverts a closed batch: the units of its lines are returned in the background, as `amendUsage` with the amount 0 does.

        batch_id: ID of the batch.
        reason: Reason, 1–500 characters. Members of the accounts can read it.
        """
        body = {
            "batch_id": batch_id,
            "reason": reason,
        }
        return await self._act("/api/v1/usage-batches/revert", body, UsageBatch)

    async def list_usage_batch_lines(
        self,
        *,
        batch_id: str,
        statuses: list[str] | None | Unset = UNSET,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
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
        return await self._read("/api/v1/usage-batches/lines", body, UsageBatchPage)

    async def list_usage_batches(
        self,
        *,
        statuses: list[str] | None | Unset = UNSET,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
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
        return await self._read("/api/v1/usage-batches/list", body, UsageBatches)

    async def start_usage_comparison(
        self,
        *,
        account_ids: list[str],
        name: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> Result[UsageComparison]:
        """Starts a comparison of accounts with another engine.

        account_ids: Accounts, 1–500, by ID or reference. Each can be in one running comparison.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        name: Name of the comparison, 1–200 characters.
        reason: Why, for the audit log. 1–500 characters.
        """
        body = {
            "account_ids": account_ids,
            "idempotency_key": idempotency_key,
            "name": name,
            "reason": reason,
        }
        return await self._act("/api/v1/usage-comparisons/start", body, UsageComparison)

    async def compare_usage(
        self,
        *,
        uses: list[CompareUsageRequestUse],
    ) -> Result[CompareUsage]:
        """Compares uses that another engine decided with the decisions of this server.

        uses: Uses in the order in which they happened, at most 200.
        """
        body = {
            "uses": uses,
        }
        return await self._act("/api/v1/usage-comparisons/compare", body, CompareUsage)

    async def preview_usage_comparison_end(
        self,
        *,
        usage_comparison_id: str,
        balances: str | None | Unset = UNSET,
        reason: str | None | Unset = UNSET,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
    ) -> UsagePreviewReport2:
        """Effect of ending a running comparison now, and of closing its batch: units and balances by account and feature, and denied lines.

        usage_comparison_id: Comparison to preview.
        balances: Balances after the end.
        reason: Reason that the end would have, 1–500 characters. Default: not checked.
        first: Maximum number of items, 0–100. Default: 20.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "usage_comparison_id": usage_comparison_id,
            "balances": balances,
            "reason": reason,
            "first": first,
            "after": after,
        }
        return await self._read("/api/v1/usage-comparisons/preview-end", body, UsagePreviewReport2)

    async def end_usage_comparison(
        self,
        *,
        balances: str,
        usage_comparison_id: str,
        reason: str,
    ) -> Result[UsageComparison]:
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
        return await self._act("/api/v1/usage-comparisons/end", body, UsageComparison)

    async def read_usage_comparison(
        self,
        *,
        usage_comparison_id: str,
    ) -> UsageComparison:
        """A comparison with another engine.

        usage_comparison_id: ID of the comparison.
        """
        body = {
            "usage_comparison_id": usage_comparison_id,
        }
        return await self._read("/api/v1/usage-comparisons/read", body, UsageComparison)

    async def list_usage_differences(
        self,
        *,
        usage_comparison_id: str,
        kinds: list[str] | None | Unset = UNSET,
        feature: str | None | Unset = UNSET,
        account_id: str | Unset = UNSET,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
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
        return await self._read("/api/v1/usage-comparisons/differences", body, UsageDifferences)

    async def list_usage_comparisons(
        self,
        *,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
    ) -> UsageComparisons:
        """Comparisons with other engines, newest first.

        first: Maximum number of items, 0–100. Default: 20.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "first": first,
            "after": after,
        }
        return await self._read("/api/v1/usage-comparisons/list", body, UsageComparisons)

    async def list_price_lists(
        self,
        *,
        feature: str | None | Unset = UNSET,
        statuses: list[str] | None | Unset = UNSET,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
    ) -> PriceLists:
        """Changes of prices that public price lists proposed, newest first.

        feature: Code of the feature of the rate card. Default: all.
        statuses: Statuses of the lists. Default: all.
        first: Maximum number of items, 0–100. Default: 15.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "feature": feature,
            "statuses": statuses,
            "first": first,
            "after": after,
        }
        return await self._read("/api/v1/price-lists/list", body, PriceLists)

    async def apply_price_list(
        self,
        *,
        price_list_id: str,
    ) -> Result[PriceList]:
        """Applies proposed prices from now on.

        price_list_id: ID of the price list.
        """
        body = {
            "price_list_id": price_list_id,
        }
        return await self._act("/api/v1/price-lists/apply", body, PriceList)

    async def reject_price_list(
        self,
        *,
        price_list_id: str,
        reason: str,
    ) -> Result[PriceList]:
        """Rejects proposed prices.

        price_list_id: ID of the price list.
        reason: Why, for the audit log. 1–500 characters.
        """
        body = {
            "price_list_id": price_list_id,
            "reason": reason,
        }
        return await self._act("/api/v1/price-lists/reject", body, PriceList)

    async def upsert_account(
        self,
        *,
        account_id: str,
        billing_email: str | None | Unset = UNSET,
        currency: str | None | Unset = UNSET,
        language: str | None | Unset = UNSET,
        metadata: Any | None | Unset = UNSET,
        name: str | None | Unset = UNSET,
        time_zone: str | None | Unset = UNSET,
    ) -> Result[UpsertAccount]:
        """Creates the account of a customer of your application, or changes it.

        account_id: Reference of the account: `customer:` and your ID of 1 to 200 characters. Or the ID of an existing account.
        billing_email: Address for receipts and notices while no owner has signed in. Null removes it. Default: unchanged.
        currency: Currency of its prices, one in which the catalog sells (`Installation.currencies`). A running subscription keeps its own. Null: the default of the catalog. Default: unchanged.
        language: Language of mails and pages, as a tag of BCP 47. Null: that of the browser. Default: unchanged.
        metadata: Your own data: at most 50 keys with texts of at most 500 characters. Keys that are left out stay, a null removes its key, and `metadata: null` removes all. Default: unchanged.
        name: Display name, a single line of 1 to 100 characters. Default: unchanged, at first your ID.
        time_zone: Time zone, as an IANA name. Null: UTC. Default: unchanged.
        """
        body = {
            "account_id": account_id,
            "billing_email": billing_email,
            "currency": currency,
            "language": language,
            "metadata": metadata,
            "name": name,
            "time_zone": time_zone,
        }
        return await self._act("/api/v1/accounts/upsert", body, UpsertAccount)

    async def set_terms(
        self,
        *,
        account_id: str,
        reason: str,
        amount: int | None | Unset = UNSET,
        ends_at: Time | None | Unset = UNSET,
        feature: str | None | Unset = UNSET,
        plan: str | None | Unset = UNSET,
        quantity: int | None | Unset = UNSET,
        unlimited: bool | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[SetTerms]:
        """Gives an account a paid plan free of charge until a time, or more of a feature, with a reason.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`).
        amount: Number of additional units of the feature, at least 1. Omit for a boolean feature or with `unlimited`.
        ends_at: End of the plan or of the addition (business clock). Required for a plan. Default: never.
        feature: Code of the feature of which the account has more. Give either this or `plan`.
        plan: Code of a paid plan that is above the one that the account pays for. Give either this or `feature`.
        quantity: Units of a plan that is priced by the unit, 1–10,000. Default: 1.
        reason: Why, for the audit log. The account sees it. 1–500 characters.
        unlimited: Remove the limit of the feature. Default: false.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "amount": amount,
            "ends_at": ends_at,
            "feature": feature,
            "plan": plan,
            "quantity": quantity,
            "reason": reason,
            "unlimited": unlimited,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/entitlements/set-terms", body, SetTerms)

    async def end_terms(
        self,
        *,
        account_id: str,
        reason: str,
        feature: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
        plan: str | None | Unset = UNSET,
    ) -> Result[EndTerms]:
        """Ends a complimentary plan, or an addition to a feature, before its end.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`).
        feature: Code of the feature. Give either this or `plan`.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        plan: Code of the complimentary plan. Give either this or `feature`.
        reason: Why, for the audit log. 1–500 characters.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "idempotency_key": idempotency_key,
            "plan": plan,
            "reason": reason,
        }
        return await self._act("/api/v1/entitlements/end-terms", body, EndTerms)

    async def preview(
        self,
        *,
        feature: str,
        work: Work,
        account_id: str | Unset = UNSET,
        properties: list[PreviewUsageRequestPropertie] | None | Unset = UNSET,
        reference: str | None | Unset = UNSET,
        note: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
    ) -> Decision[Check]:
        """Whether the account may use the feature now.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        feature: Code of the feature.
        work: Work that the rate card of the feature prices, instead of `amount`.
        properties: Properties of the use by which usage can be grouped, of those that the feature has in the catalog. A value has 1–100 characters, and no personal data. Default: none. Checked as by `consume`.
        reference: Caller's reference for the units. Stored in the ledger. Maximum: 500 characters. Checked as by `consume`.
        note: Note for people, without personal data. Shown in the ledger, and on the invoice that charges units beyond the allowance. Maximum: 200 characters. Checked as by `consume`.
        user_id: Member of the account who would use the units. The caps of the member apply. Default: none.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "work": work,
            "properties": properties,
            "reference": reference,
            "note": note,
            "user_id": user_id,
        }
        return await self._decide("/api/v1/entitlements/preview", body, Check)

    async def grant_credits(
        self,
        *,
        account_id: str,
        amount: int,
        feature: str,
        reason: str,
        valid_for_days: int | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[CreditGrant]:
        """Grants credits, or units of a quota in addition to the plan.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`).
        amount: Number of units, at least 1.
        feature: Code of a quota or credit feature.
        reason: Why, for the audit log. 1–500 characters.
        valid_for_days: Days until the credits expire, 1–3660. Default: never.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "amount": amount,
            "feature": feature,
            "reason": reason,
            "valid_for_days": valid_for_days,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/entitlements/grant-credits", body, CreditGrant)

    async def revoke_credits(
        self,
        *,
        credit_grant_id: str,
        reason: str,
        idempotency_key: str | None = None,
    ) -> Result[CreditGrant]:
        """Revokes a credit grant.

        credit_grant_id: ID of the credit grant.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        reason: Why, for the audit log. 1–500 characters.
        """
        body = {
            "credit_grant_id": credit_grant_id,
            "idempotency_key": idempotency_key,
            "reason": reason,
        }
        return await self._act("/api/v1/entitlements/revoke-credits", body, CreditGrant)

    async def set_plan(
        self,
        *,
        account_id: str,
        event_at: Time | None | Unset = UNSET,
        from_: Time | None | Unset = UNSET,
        plan: str | None | Unset = UNSET,
        quantity: int | None | Unset = UNSET,
        source: str | None | Unset = UNSET,
        to: Time | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[SetPlan]:
        """Sets or ends the plan of a subscription at the seller's own payment provider.

        account_id: Account ID or reference (`customer:…`, `person:…`, `team:…`, `community:…`). A customer without an account is created if the key may do so.
        event_at: Time of the event at the seller's provider (business clock). An event that is older than the last one of its source changes nothing. Not in the future. Default: now, and after the last event.
        from_: Start of the paid period (business clock), from which allowances of a billing period are counted. Not in the future. Default: that of the present period, at first now.
        plan: Code of the plan, which cannot be left out. Null ends the plan of the source now; the other terms then have no effect.
        quantity: Units of a plan that is priced by the unit, 1–10,000. Default: 1.
        source: The seller's own ID of the subscription, 1–255 printable ASCII characters without spaces. Each source holds one plan. Default: `default`.
        to: End of the paid period (business clock). The plan expires at the end of that day (UTC) unless a later event prolongs it. Null: no end.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "event_at": event_at,
            "from": from_,
            "plan": plan,
            "quantity": quantity,
            "source": source,
            "to": to,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/entitlements/set-plan", body, SetPlan)

    async def create_entitlements_token(
        self,
        *,
        account_id: str | Unset = UNSET,
        ttl_seconds: int | None | Unset = UNSET,
    ) -> Result[EntitlementsToken]:
        """Token with which an edge function shows and hides features without a request.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        ttl_seconds: Seconds until the token ends, at most 300. Default: 300.
        """
        body = {
            "account_id": account_id,
            "ttl_seconds": ttl_seconds,
        }
        return await self._act("/api/v1/entitlements/token", body, EntitlementsToken)

    async def list_seats(
        self,
        *,
        account_id: str | Unset = UNSET,
        feature: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
        roles: list[str] | None | Unset = UNSET,
        search: str | None | Unset = UNSET,
        without_seat: str | None | Unset = UNSET,
        first: int | Unset = UNSET,
        after: str | None | Unset = UNSET,
    ) -> Seats:
        """Seats that are assigned to members, one entry per feature of `seats` of the catalog.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        feature: Code of the feature whose seats are returned. Default: all.
        user_id: Only this user. Default: all.
        roles: Roles of the members. Default: all.
        search: Part of the name or of the email address of the user, at most 255 characters. Default: no filter.
        without_seat: Code of a feature of `seats`: only members without a seat of it. Default: no filter.
        first: Maximum number of items, 0–100. Default: 50.
        after: Returns the items after this cursor. Default: from the start of the list.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
            "user_id": user_id,
            "roles": roles,
            "search": search,
            "without_seat": without_seat,
            "first": first,
            "after": after,
        }
        return await self._read("/api/v1/entitlements/seats", body, Seats)

    async def assign_seat(
        self,
        *,
        feature: str,
        user_id: str,
        account_id: str | Unset = UNSET,
    ) -> Result[AssignSeat]:
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
        return await self._act("/api/v1/entitlements/assign-seat", body, AssignSeat)

    async def unassign_seat(
        self,
        *,
        feature: str,
        user_id: str,
        account_id: str | Unset = UNSET,
    ) -> Result[UnassignSeat]:
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
        return await self._act("/api/v1/entitlements/unassign-seat", body, UnassignSeat)

    async def move_seat(
        self,
        *,
        feature: str,
        from_user_id: str,
        to_user_id: str,
        account_id: str | Unset = UNSET,
    ) -> Result[MoveSeat]:
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
        return await self._act("/api/v1/entitlements/move-seat", body, MoveSeat)

    async def list_sub_accounts(
        self,
        *,
        account_id: str | Unset = UNSET,
        sub_account_id: str | None | Unset = UNSET,
    ) -> Pools:
        """Sub-accounts that use the pools of this account, by name, at most 1,000.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        sub_account_id: Only this sub-account. Default: all.
        """
        body = {
            "account_id": account_id,
            "sub_account_id": sub_account_id,
        }
        return await self._read("/api/v1/entitlements/sub-accounts", body, Pools)

    async def set_parent_account(
        self,
        *,
        account_id: str | Unset = UNSET,
        parent_id: str | None | Unset = UNSET,
    ) -> Result[SetParent]:
        """Makes the account a sub-account of another, moves it to another parent, or ends it.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        parent_id: Account whose pools are used. Null: the account uses its own units.
        """
        body = {
            "account_id": account_id,
            "parent_id": parent_id,
        }
        return await self._act("/api/v1/entitlements/set-parent", body, SetParent)

    async def list_spend_caps(
        self,
        *,
        account_id: str | Unset = UNSET,
        feature: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
        first: int | None | Unset = UNSET,
        after: str | None | Unset = UNSET,
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
        return await self._read("/api/v1/entitlements/spend-caps", body, SpendCaps)

    async def set_spend_cap(
        self,
        *,
        feature: str,
        limit: SetSpendCapRequestLimit,
        period: str,
        account_id: str | Unset = UNSET,
        alert_percents: list[int] | None | Unset = UNSET,
        cap_id: str | None | Unset = UNSET,
        sub_account_id: str | None | Unset = UNSET,
        user_id: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[SpendCap]:
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
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/entitlements/set-spend-cap", body, SpendCap)

    async def list_alerts(
        self,
        *,
        account_id: str | Unset = UNSET,
        feature: str | None | Unset = UNSET,
    ) -> Alerts:
        """Alerts with the numbers that they watch, in the order of the catalog: at most 21 for each feature.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        feature: Code of the feature. Default: all.
        """
        body = {
            "account_id": account_id,
            "feature": feature,
        }
        return await self._read("/api/v1/entitlements/alerts", body, Alerts)

    async def set_alerts(
        self,
        *,
        alerts: list[SetAlertsRequestAlert],
        feature: str,
        account_id: str | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> Result[SetAlerts]:
        """Sets the alerts of a feature: on the use of its allowance, on its balance and on the forecast.

        account_id: Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account.
        alerts: Alerts in place of the earlier ones. Empty: none.
        feature: Code of a feature that the catalog lists in `balance_alerts`. Alerts on allowances and forecasts require a quota whose window is not sliding.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "account_id": account_id,
            "alerts": alerts,
            "feature": feature,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/entitlements/set-alerts", body, SetAlerts)

    async def remove_spend_cap(
        self,
        *,
        id: str,
        idempotency_key: str | None = None,
    ) -> Result[RemoveSpendCap]:
        """Removes a spend cap.

        id: ID of the cap.
        idempotency_key: ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces. Default: a new key.
        """
        body = {
            "id": id,
            "idempotency_key": idempotency_key,
        }
        return await self._act("/api/v1/entitlements/remove-spend-cap", body, RemoveSpendCap)

/** The top-level names of Stripe's API: what begins with one of them is real, so its absence here is ours to admit. */
export const V1_NAMES = new Set(
  (
    'account account_links account_sessions accounts apple_pay application_fees apps balance balance_settings ' +
    'balance_transactions billing billing_portal charges checkout climate country_specs coupons credit_notes ' +
    'customer_sessions customers disputes entitlements ephemeral_keys events exchange_rates file_links files ' +
    'financial_connections forwarding identity invoice_payments invoice_rendering_templates invoiceitems invoices ' +
    'issuing payment_attempt_records payment_intents payment_links payment_method_configurations ' +
    'payment_method_domains payment_methods payment_records payouts plans prices product_catalog products ' +
    'promotion_codes quotes radar refunds reporting reviews setup_attempts setup_intents shipping_rates sigma sources ' +
    'subscription_items subscription_schedules subscriptions tax tax_codes tax_ids tax_rates terminal test_helpers ' +
    'three_d_secure tokens topups transfers treasury webhook_endpoints'
  ).split(' '),
)

/** The same for version 2 of the API. */
export const V2_NAMES = new Set('billing commerce core money_management test_helpers'.split(' '))

/** Environment without the keys of providers, which tests have otherwise. */
export const WITHOUT_PROVIDERS = Object.fromEntries(
  [
    'STRIPE_SECRET_KEY',
    'STRIPE_WEBHOOK_SECRET',
    'STRIPE_API_URL',
    'PAYPAL_CLIENT_ID',
    'PAYPAL_CLIENT_SECRET',
    'PAYPAL_WEBHOOK_ID',
    'PAYPAL_API_URL',
    'PAYPAL_ROOT_CERTIFICATE',
  ].map((name) => [name, '']),
)

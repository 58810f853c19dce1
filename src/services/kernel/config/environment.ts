import { z } from 'zod'
import { FEWEST_CONNECTIONS } from '../database/divide-connections.js'
import { isRefusedPort } from './refused-ports.js'
import { integrationFields } from './integrations.js'
import { httpUrl, list, optional } from './values.js'

const port = z.string().regex(/^\d+$/, 'expected a port number').transform(Number).pipe(z.number().max(65535))
const drainSeconds = z
  .string()
  .regex(/^\d{1,2}$/, 'expected seconds from 0 to 60')
  .transform(Number)
  .pipe(z.number().max(60, 'expected seconds from 0 to 60'))
const eventDays = z
  .string()
  .regex(/^\d{1,4}$/, 'expected days from 30 to 3650')
  .transform(Number)
  .pipe(z.number().min(30, 'expected days from 30 to 3650').max(3650, 'expected days from 30 to 3650'))
/** A port that browsers and `fetch` are sent to. */
const webPort = port.refine((number) => !isRefusedPort(number), {
  error: ({ input }) => `port ${String(input)} is blocked by browsers and fetch; choose another`,
})
const rate = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'expected requests per minute, from 1 to 999999999')
  .transform(Number)
const smtpUrl = z.string().transform((text, issues) => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^smtps?:$/.test(url.protocol) && url.hostname) return url
  issues.addIssue({ code: 'custom', message: 'expected smtp://… or smtps://…' })
  return z.NEVER
})

/** The first seals, all open. */
export const secretsKeyList = list.pipe(z.array(z.string().min(16, 'expected at least 16 characters')).min(1))
/** Any of them verifies. */
export const webhookSecretList = list.pipe(
  z.array(z.string().regex(/^whsec_\S+$/, 'expected whsec_… (a list during rotation)')).min(1),
)

/** Environment variables that the server has with any modules, and the form of each. The configuration checks their combination. */
export const environment = z.object({
  MODE: optional(z.enum(['sandbox', 'test', 'live'])),
  ROLE: optional(z.enum(['all', 'api', 'worker'])),
  MODULES: optional(list),
  HOST: optional(z.string()),
  PORT: optional(webPort),
  METRICS_PORT: optional(port),
  DRAIN_SECONDS: optional(drainSeconds),
  PUBLIC_URL: optional(httpUrl),
  DATABASE_URL: optional(z.string().regex(/^postgres(ql)?:\/\//, 'expected a postgres:// URL')),
  DATABASE_DIRECT_URL: optional(z.string().regex(/^postgres(ql)?:\/\//, 'expected a postgres:// URL')),
  NATS_URL: optional(
    z
      .string()
      .refine(
        (text) =>
          text
            .split(',')
            .every((address) => /^(nats|tls):\/\/[^/]+\/?$/.test(address.trim()) && URL.canParse(address.trim())),
        'expected nats://host:4222 or tls://host:4222 (several separated by commas)',
      ),
  ),
  DATABASE_CONNECTIONS: optional(
    z
      .string()
      .regex(/^\d{1,4}$/, 'expected a number of connections')
      .transform(Number)
      .pipe(z.number().min(FEWEST_CONNECTIONS, `expected at least ${FEWEST_CONNECTIONS} connections`)),
  ),
  ACCOUNT_EVENT_DAYS: optional(eventDays),
  CATALOG: optional(z.string()),
  DATA_DIR: optional(z.string()),
  DASHBOARD: optional(z.string()),
  DOCS: optional(z.string()),
  DASHBOARD_CLIENT_ID: optional(z.string().max(255)),
  DASHBOARD_SCOPES: optional(z.string().max(1000)),
  APP_URL: optional(httpUrl),
  RETURN_URL_HOSTS: optional(list),
  CORS_ORIGINS: optional(list),
  TRUSTED_PROXIES: optional(
    list.pipe(
      z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'expected addresses or ranges such as 10.0.0.0/8')),
    ),
  ),
  PARENT_APP_URL: optional(httpUrl),
  SECRETS_KEY: optional(secretsKeyList),
  STRIPE_SECRET_KEY: optional(
    z
      .string()
      .regex(/^(sk|rk)_(test|live)_/, 'expected a key that starts with sk_test_, sk_live_, rk_test_ or rk_live_'),
  ),
  STRIPE_PUBLISHABLE_KEY: optional(
    z.string().regex(/^pk_(test|live)_/, 'expected a key that starts with pk_test_ or pk_live_'),
  ),
  STRIPE_WEBHOOK_SECRET: optional(webhookSecretList),
  STRIPE_API_URL: optional(httpUrl),
  PAYPAL_CLIENT_ID: optional(z.string().regex(/^[\w-]{10,200}$/, 'expected the client id of a REST app')),
  PAYPAL_CLIENT_SECRET: optional(z.string().regex(/^[\w-]{10,200}$/, 'expected the secret of a REST app')),
  PAYPAL_WEBHOOK_ID: optional(z.string().regex(/^[A-Za-z0-9]{1,50}$/, 'expected the id that PayPal gave the webhook')),
  PAYPAL_API_URL: optional(httpUrl),
  PAYPAL_ROOT_CERTIFICATE: optional(z.string()),
  SMTP_URL: optional(smtpUrl),
  MAIL_FROM: optional(z.email('expected an address such as billing@example.com')),
  AUTH_ISSUERS: optional(z.string()),
  AUTH_ISSUER: optional(z.string()),
  AUTH_AUDIENCE: optional(z.string()),
  AUTH_JWKS_URL: optional(httpUrl),
  TRUSTED_DOCUMENTS: optional(list),
  TRUSTED_DOCUMENTS_ONLY: optional(z.enum(['true', 'false'])),
  ALLOWED_PRIVATE_HOSTS: optional(list),
  ...integrationFields,
  SANDBOX_PORT: optional(webPort),
  SANDBOX_TOKEN: optional(
    z.string().min(16, 'must be at least 16 characters long (docs/configuration.md); default: a generated one'),
  ),
  SANDBOX_CLOCK: optional(
    z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'expected an ISO time such as 2026-01-31T12:00:00Z'),
  ),
  RATE_LIMIT_USER: optional(rate),
  RATE_LIMIT_SERVICE: optional(rate),
  RATE_LIMIT_ANONYMOUS: optional(rate),
  RATE_LIMIT_AGENT: optional(rate),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(httpUrl),
  LOG_LEVEL: optional(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])),
})

export type Values = z.infer<typeof environment>

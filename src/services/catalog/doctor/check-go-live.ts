import type { Config } from '#services/kernel/config/config.js'
import { ok, problem, type Finding } from '#services/kernel/doctor/finding.js'

/** Pure: go-live checklist of the requirements, item by item. Modules add theirs. */
export const decideGoLive = (config: Config): Finding[] => [
  item('mode', config.mode === 'live', 'live mode', `${config.mode} mode`, 'set MODE=live and the live keys'),
  item(
    'public_url',
    config.publicUrl.protocol === 'https:' && !isLocal(config.publicUrl),
    `${config.publicUrl.href} is the public URL`,
    `${config.publicUrl.href} is not a public https URL`,
    'set PUBLIC_URL to the https address behind your proxy',
  ),
  item(
    'database',
    config.databaseUrl !== null,
    'external database',
    'embedded database',
    'set DATABASE_URL to a PostgreSQL server (15 to 18) that is backed up',
  ),
  item(
    'secrets_key',
    config.secretsKeys.length > 0,
    'SECRETS_KEY is set',
    'SECRETS_KEY is not set',
    'set SECRETS_KEY (openssl rand -base64 32), and keep it apart from the backups',
  ),
  item(
    'sign_in',
    config.issuers.length > 0,
    'users sign in with AUTH_JWKS_URL or AUTH_ISSUERS',
    'no user authentication is configured',
    'set AUTH_JWKS_URL, AUTH_ISSUER and AUTH_AUDIENCE, or AUTH_ISSUERS',
  ),
  item(
    'mail',
    config.smtpUrl !== null,
    'emails are sent with SMTP_URL',
    'emails are written to files',
    'set SMTP_URL and MAIL_FROM',
  ),
]

/** An item of the checklist. */
export const item = (check: string, holds: boolean, right: string, wrong: string, todo: string): Finding =>
  holds ? ok(`go_live_${check}`, right) : problem(`go_live_${check}`, wrong, todo)

export const isLocal = ({ hostname }: URL): boolean => /^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(hostname)

import type { Sql } from '../../kernel/database/sql.js'
import type { Config } from '../../kernel/config/config.js'
import { ok, problem, warning, type Finding } from './finding.js'

/** The last comparison with a provider, when there was one. */
export interface LastComparison {
  readonly finishedAt: Date | null
  readonly drift: number
}

/** What must be so before real money: the list of the sources, item by item. */
export async function checkGoLive(sql: Sql, config: Config): Promise<Finding[]> {
  const last = await sql.row<LastComparison>(
    `select finished_at, jsonb_array_length(drift) as drift from reconciliation_run where finished_at is not null order by id desc limit 1`,
  )
  return decideGoLive(config, last ?? null, new Date())
}

const DAY_MS = 24 * 3600_000

export function decideGoLive(config: Config, last: LastComparison | null, now: Date): Finding[] {
  const item = (check: string, holds: boolean, right: string, wrong: string, todo: string) =>
    holds ? ok(`go_live_${check}`, right) : problem(`go_live_${check}`, wrong, todo)
  const liveStripe = /^(sk|rk)_live_/.test(config.stripe?.secretKey ?? '')
  return [
    item('mode', config.mode === 'live', 'live mode', `${config.mode} mode`, 'set MODE=live and the live keys'),
    item(
      'key',
      liveStripe,
      'a live secret key',
      'no live secret key',
      'set STRIPE_SECRET_KEY to sk_live_… or rk_live_…',
    ),
    item(
      'publishable_key',
      config.stripe?.publishableKey?.startsWith('pk_live_') ?? false,
      'a live publishable key',
      'no live publishable key',
      'set STRIPE_PUBLISHABLE_KEY to pk_live_…',
    ),
    item(
      'public_url',
      config.publicUrl.protocol === 'https:' && !isLocal(config.publicUrl),
      `${config.publicUrl.href} is what the outside calls`,
      `${config.publicUrl.href} is not an https address that a provider reaches`,
      'set PUBLIC_URL to the https address behind your proxy',
    ),
    item(
      'database',
      config.databaseUrl !== null,
      'a database of its own',
      'the embedded database',
      'set DATABASE_URL to a PostgreSQL 18 server that is backed up',
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
      config.userTokens !== null,
      'users sign in by AUTH_JWKS_URL',
      'nobody can sign in',
      'set AUTH_JWKS_URL, AUTH_ISSUER and AUTH_AUDIENCE',
    ),
    item(
      'mail',
      config.smtpUrl !== null,
      'mails go out by SMTP_URL',
      'mails of failed payments are written into files',
      'set SMTP_URL and MAIL_FROM',
    ),
    ...comparison(last, now),
  ]
}

function comparison(last: LastComparison | null, now: Date): Finding[] {
  const check = 'go_live_reconciliation'
  if (!last?.finishedAt)
    return [
      problem(
        check,
        'never compared with the provider',
        'mutation { reconcile(input: {}) { id drift { kind object } } }',
      ),
    ]
  const age = now.getTime() - new Date(last.finishedAt).getTime()
  if (age > DAY_MS)
    return [
      warning(
        check,
        `last compared ${Math.round(age / DAY_MS)} days ago`,
        'is a process with ROLE=all or ROLE=worker running?',
      ),
    ]
  return last.drift
    ? [
        problem(
          check,
          `the last comparison left ${last.drift} differences`,
          'reconcile(input: { heal: true }), and see docs/operations.md',
        ),
      ]
    : [ok(check, 'compared within the last day, without a difference')]
}

const isLocal = ({ hostname }: URL): boolean => /^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(hostname)

import { z } from 'zod'
import type { Config } from '#services/kernel/config/config.js'
import type { UserServiceConfig } from '#services/kernel/config/integrations.js'
import { UpstreamError, type Upstream } from '#services/kernel/outbound/upstream.js'
import type { Timers } from '#services/kernel/time/timers.js'

/** Our credentials at the User Service: a cached client-credentials token, otherwise the static bearer. */
export interface ServiceToken {
  /** Null: none is configured. */
  current(): Promise<string | null>
  /** Evicts a cached token. False if no new token can be fetched. */
  discard(): boolean
}

const answer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().nullish() })

/** A token is renewed so long before its end that no call carries one that ends on the way. */
const MARGIN_MS = 30_000
const ASSUMED_SECONDS = 300

export function createServiceToken(
  config: UserServiceConfig,
  { serviceToken, serviceClient }: Pick<Config, 'serviceToken' | 'serviceClient'>,
  upstream: Upstream,
  timers: Timers,
): ServiceToken {
  let kept: { token: string; until: number } | null = null
  let fetching: Promise<string> | null = null
  const fetchToken = async (client: NonNullable<Config['serviceClient']>): Promise<string> => {
    const { status, body } = await upstream.call({
      method: 'POST',
      url: config.tokenUrl,
      route: 'token',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${encodeURIComponent(client.id)}:${encodeURIComponent(client.secret)}`).toString('base64')}`,
      },
      form: { grant_type: 'client_credentials', scope: 'marketplace:sync' },
      retries: 1,
    })
    const parsed = answer.safeParse(body)
    if (status >= 300 || !parsed.success)
      throw new UpstreamError(
        'user_service',
        'auth_failure',
        true,
        `no token: ${config.tokenUrl.pathname} responded with ${status}`,
      )
    const { access_token: token, expires_in: seconds } = parsed.data
    kept = { token, until: timers.now() + (seconds ?? ASSUMED_SECONDS) * 1000 - MARGIN_MS }
    return token
  }
  return {
    async current() {
      if (!serviceClient) return serviceToken
      if (kept && kept.until > timers.now()) return kept.token
      fetching ??= fetchToken(serviceClient).finally(() => (fetching = null))
      return fetching
    },
    discard() {
      const fetched = kept !== null
      kept = null
      return fetched
    },
  }
}

import { z } from 'zod'
import { isSecureAddress } from '#services/kernel/config/dashboard-sign-in.js'
import type { Logger } from '#services/kernel/logger/logger.js'
import type { Timers } from '#services/kernel/time/timers.js'

const address = z.string().refine(isSecureAddress, 'expected an https URL')

const metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: address,
  token_endpoint: address,
  end_session_endpoint: address.optional(),
  revocation_endpoint: address.optional(),
  code_challenge_methods_supported: z.array(z.string()).optional(),
  id_token_signing_alg_values_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
})

/** Members of the discovery document of an OpenID provider that a browser needs to sign in. */
export type ProviderMetadata = z.infer<typeof metadata>

const TIMEOUT_MS = 3_000
const VALID_MS = 3_600_000
/** Time after a failure in which the provider is not called again. */
const PAUSE_MS = 10_000

/**
 * Reads the discovery document of an issuer.
 * @throws Error with a sentence for operators
 */
export async function readProviderMetadata(issuer: string, timers: Timers): Promise<ProviderMetadata> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const response = await fetch(url, { signal: timers.timeoutSignal(TIMEOUT_MS), redirect: 'error' })
  if (!response.ok) throw new Error(`${url} responded with ${response.status}`)
  const parsed = metadata.safeParse(await response.json())
  if (!parsed.success) throw new Error(`${url}: ${z.prettifyError(parsed.error)}`)
  if (parsed.data.issuer !== issuer)
    throw new Error(`${url} names the issuer ${parsed.data.issuer}, but AUTH_ISSUER is ${issuer}`)
  return parsed.data
}

/** The metadata of one provider, read when it is needed first and then every hour. */
export interface ProviderMetadataCache {
  /** Null while the provider cannot be reached and never could. */
  current(): Promise<ProviderMetadata | null>
}

export function createProviderMetadataCache(issuer: string, timers: Timers, log: Logger): ProviderMetadataCache {
  let known: ProviderMetadata | null = null
  let nextReadAt = 0
  let reading: Promise<void> | null = null
  const read = async () => {
    try {
      known = await readProviderMetadata(issuer, timers)
      nextReadAt = timers.now() + VALID_MS
    } catch (error) {
      nextReadAt = timers.now() + PAUSE_MS
      log.warn({ err: error }, 'reading the metadata of the identity provider failed, retrying when they are needed')
    } finally {
      reading = null
    }
  }
  return {
    async current() {
      if (timers.now() < nextReadAt) return known
      reading ??= read()
      // Earlier metadata are used until the new ones arrive.
      if (!known) await reading
      return known
    },
  }
}

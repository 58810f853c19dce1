import { z } from 'zod'
import { httpUrl, list, optional, withTrailingSlash } from './values.js'

/** Other services beside ours: who they are, and how each shows the other who it is. */
export interface IntegrationsConfig {
  /** The User Service that shares users and products. Null if there is none. */
  readonly userService: UserServiceConfig | null
  /**
   * Credentials of integrations, in addition to service keys: the static bearer and the pair for client credentials.
   */
  readonly serviceToken: string | null
  readonly serviceClient: { readonly id: string; readonly secret: string } | null
}

/** The User Service, and our credentials there. */
export interface UserServiceConfig {
  readonly url: URL
  /** URL that exchanges client credentials for a token. */
  readonly tokenUrl: URL
  /** True if it owns plans and products: entitlements there also apply here. */
  readonly ownsEntitlements: boolean
  /** Names of our plans in the User Service, for example `professional=plus`. */
  readonly planAliases: Readonly<Record<string, string>>
}

const secret = z.string().min(8, 'expected at least 8 characters')

/** Their variables. */
export const integrationFields = {
  USER_SERVICE_URL: optional(httpUrl),
  USER_SERVICE_OWNS_ENTITLEMENTS: optional(z.stringbool('expected true or false')),
  USER_SERVICE_PLANS: optional(list.pipe(z.array(z.string().regex(/^[^=\s]+=[^=\s]+$/, 'expected theirs=ours')))),
  SERVICE_TOKEN: optional(secret),
  SERVICE_TOKEN_URL: optional(httpUrl),
  SERVICE_CLIENT_ID: optional(z.string()),
  SERVICE_CLIENT_SECRET: optional(secret),
}

interface Values {
  readonly USER_SERVICE_URL?: URL | undefined
  readonly USER_SERVICE_OWNS_ENTITLEMENTS?: boolean | undefined
  readonly USER_SERVICE_PLANS?: string[] | undefined
  readonly SERVICE_TOKEN?: string | undefined
  readonly SERVICE_TOKEN_URL?: URL | undefined
  readonly SERVICE_CLIENT_ID?: string | undefined
  readonly SERVICE_CLIENT_SECRET?: string | undefined
}

export function readIntegrationsConfig(values: Values): IntegrationsConfig {
  const { SERVICE_CLIENT_ID: id, SERVICE_CLIENT_SECRET: password } = values
  return {
    userService: userServiceConfig(values),
    serviceToken: values.SERVICE_TOKEN ?? null,
    serviceClient: id && password ? { id, secret: password } : null,
  }
}

function userServiceConfig(values: Values): UserServiceConfig | null {
  if (!values.USER_SERVICE_URL) return null
  const url = withTrailingSlash(values.USER_SERVICE_URL)
  const pairs = (values.USER_SERVICE_PLANS ?? []).map((pair) => pair.split('=') as [string, string])
  return {
    url,
    tokenUrl: values.SERVICE_TOKEN_URL ?? new URL('oauth/token', url),
    ownsEntitlements: values.USER_SERVICE_OWNS_ENTITLEMENTS ?? false,
    planAliases: Object.fromEntries(pairs),
  }
}

/** Problems of missing related settings. Adds doubtful settings to the warnings. */
export function validateIntegrations(values: Values, warnings: string[]): string[] {
  if (values.USER_SERVICE_URL && !values.SERVICE_TOKEN && !values.SERVICE_CLIENT_ID)
    warnings.push(
      'USER_SERVICE_URL is set without SERVICE_TOKEN or SERVICE_CLIENT_ID: templates cannot be synced there',
    )
  if (Boolean(values.SERVICE_CLIENT_ID) === Boolean(values.SERVICE_CLIENT_SECRET)) return []
  const missing = values.SERVICE_CLIENT_ID ? 'SERVICE_CLIENT_SECRET' : 'SERVICE_CLIENT_ID'
  return [`${missing}: missing; client credentials require both`]
}

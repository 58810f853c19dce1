import type { Mode } from '#services/kernel/config/mode.js'
import type {
  ProviderAccount,
  ProviderAccountPort,
  ProviderEndpoint,
} from '#services/billing/providers/account-port.js'
import { checkSkew } from '#services/kernel/doctor/check-clock.js'
import { checked, ok, problem, warning, type Finding } from '#services/kernel/doctor/finding.js'
import type { Timers } from '#services/kernel/time/timers.js'

export interface EndpointInput {
  readonly mode: Mode
  /** Every address under which we take this provider's events. */
  readonly addresses: readonly URL[]
  readonly wanted: ProviderAccountPort['wanted']
  readonly account: ProviderAccount
}

/** True if the provider's events reach us: an endpoint with our address, switched on, subscribed to what is used, in the version that is read. */
export function decideEndpoint(provider: string, { mode, addresses, wanted, account }: EndpointInput): Finding[] {
  const check = `${provider.toLowerCase()}_webhook_endpoint`
  const [address] = addresses
  const ours = endpointsAt(addresses, account, mode)
  const trusted = ours.filter(({ id }) => wanted.id === null || id === wanted.id)
  const enabled = trusted.filter((endpoint) => endpoint.enabled)
  if (!ours.length)
    return [
      problem(
        check,
        `the provider has no webhook endpoint with the URL ${address!.href} (${account.endpoints.length} with other URLs)`,
        `create one at the provider for ${address!.href}${wanted.apiVersion ? ` with API version ${wanted.apiVersion}` : ''} with these events: ${wanted.events.join(', ')}${wanted.id ? `; then set ${provider}_WEBHOOK_ID to its id` : ''}`,
      ),
    ]
  if (!trusted.length)
    return [
      problem(
        check,
        `the endpoint ${ours[0]!.id} points here, but ${provider}_WEBHOOK_ID is ${wanted.id}: its events are rejected`,
        `set ${provider}_WEBHOOK_ID to ${ours[0]!.id}`,
      ),
    ]
  if (!enabled.length)
    return [
      problem(check, `the endpoint ${ours[0]!.id} is disabled`, 'enable it at the provider, then run `reconcile`'),
    ]
  const findings = enabled.flatMap((endpoint) => issuesOf(check, endpoint, { mode, wanted }))
  if (enabled.length > 1)
    findings.push(
      warning(
        check,
        `${enabled.length} endpoints point here: every event arrives ${enabled.length} times`,
        'delete all but one; duplicates are ignored but cost resources',
      ),
    )
  return findings.length
    ? findings
    : [
        ok(
          check,
          `${enabled[0]!.url} takes ${events(enabled[0]!)}${enabled[0]!.apiVersion ? ` in version ${enabled[0]!.apiVersion}` : ''}`,
        ),
      ]
}

const events = (endpoint: ProviderEndpoint) =>
  endpoint.events.includes('*') ? 'every event' : `${endpoint.events.length} kinds of events`

function issuesOf(check: string, endpoint: ProviderEndpoint, { mode, wanted }: Pick<EndpointInput, 'mode' | 'wanted'>) {
  const found: Finding[] = []
  const missing = endpoint.events.includes('*') ? [] : wanted.events.filter((type) => !endpoint.events.includes(type))
  if (missing.length)
    found.push(
      problem(
        check,
        `the endpoint ${endpoint.id} does not receive ${missing.join(', ')}`,
        'add these events at the provider, then run `reconcile`',
      ),
    )
  if (wanted.apiVersion && endpoint.apiVersion !== wanted.apiVersion)
    found.push(
      problem(
        check,
        `the endpoint ${endpoint.id} sends API version ${endpoint.apiVersion ?? 'of the account'}, but this release reads ${wanted.apiVersion}`,
        `create an endpoint with API version ${wanted.apiVersion}, add its secret to STRIPE_WEBHOOK_SECRET, then delete this one`,
      ),
    )
  if (endpoint.live !== (mode === 'live') && mode !== 'sandbox')
    found.push(
      problem(
        check,
        `the endpoint ${endpoint.id} belongs to ${endpoint.live ? 'live' : 'test'} mode, but this server runs in ${mode} mode`,
        `create an endpoint in ${mode} mode`,
      ),
    )
  return found
}

/** Endpoints of an account that lead to one of the addresses. */
export const endpointsAt = (addresses: readonly URL[], account: ProviderAccount, mode: Mode): ProviderEndpoint[] =>
  account.endpoints.filter(({ url }) => addresses.some((one) => reaches(url, one, mode)))

/** In sandbox mode the sandbox calls this machine, regardless of the public URL. */
function reaches(url: string, address: URL, mode: Mode): boolean {
  if (!URL.canParse(url)) return false
  const given = new URL(url)
  if (given.pathname.replace(/\/+$/, '') !== address.pathname.replace(/\/+$/, '')) return false
  return mode === 'sandbox' || given.origin === address.origin
}

/** Checks of a provider's own configuration. */
export function checkProvider(
  port: ProviderAccountPort,
  timers: Timers,
  input: Omit<EndpointInput, 'account' | 'wanted'>,
): Promise<Finding[]> {
  const name = port.provider.toLowerCase()
  return checked(
    `${name}_key`,
    async () => {
      const account = await port.inspect()
      return [
        ok(`${name}_key`, 'the provider accepts the key'),
        ...decideEndpoint(port.provider, { ...input, wanted: port.wanted, account }),
        ...(account.time
          ? [checkSkew(`${name}_clock`, account.time, new Date(timers.now()), "the provider's clock")]
          : []),
      ]
    },
    'check the key at the provider (a restricted key must be able to read webhook endpoints) and the network connection',
  )
}

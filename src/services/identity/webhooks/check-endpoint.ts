import type { InputIssue } from '#services/kernel/denials/denial.js'
import { eventTypeIssues, normalizeEventTypes } from '#services/kernel/events/event-filter.js'
import { readEndpointUrl } from '#services/kernel/outbound-webhooks/validate-endpoint.js'
import { isOneLine } from '#services/kernel/text/one-line.js'
import type { IdentityContext } from '../caller.js'

const MAX_DESCRIPTION = 200

/** Settings of an endpoint as requested. Omitted ones are undefined or null. */
export interface EndpointSettings {
  readonly url?: string | null
  readonly types?: readonly string[] | null
  readonly description?: string | null
}

/** The same, checked and normalized. Undefined: not requested. */
export interface CheckedSettings {
  readonly url: string | undefined
  readonly types: string[] | undefined
  /** Null: no description. */
  readonly description: string | null | undefined
  readonly issues: readonly InputIssue[]
}

/** Checks and normalizes the settings of an endpoint, with every problem. */
export function checkEndpoint(
  { config }: Pick<IdentityContext, 'config'>,
  accountId: string | null,
  settings: EndpointSettings,
): CheckedSettings {
  const issues: InputIssue[] = []
  const { types } = settings
  const address = settings.url == null ? null : readEndpointUrl(config, accountId, settings.url)
  if (address?.problem) issues.push({ path: ['url'], code: 'INVALID_URL', message: address.problem })
  if (types) issues.push(...eventTypeIssues(types).map((issue) => ({ ...issue, code: 'INVALID_PARAMETERS' as const })))
  const description = settings.description?.trim()
  if (description !== undefined && (description.length > MAX_DESCRIPTION || !isOneLine(description))) {
    const message = `description must be a single line of at most ${MAX_DESCRIPTION} characters.`
    issues.push({ path: ['description'], code: 'INVALID_PARAMETERS', message })
  }
  return {
    url: address?.problem === null ? address.url : undefined,
    types: types ? normalizeEventTypes(types) : undefined,
    description: description === undefined ? undefined : description || null,
    issues,
  }
}

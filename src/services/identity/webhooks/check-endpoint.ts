import type { InputIssue } from '#services/kernel/denials/denial.js'
import { eventTypeIssues, normalizeEventTypes, selectsType } from '#services/kernel/events/event-filter.js'
import { webhookEvents, type EventDefinitions } from '#services/kernel/outbox/event-data/events.js'
import { readEndpointUrl } from '#services/kernel/outbound-webhooks/validate-endpoint.js'
import { nearestName } from '#services/kernel/text/nearest-name.js'
import type { ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { isOneLine } from '#services/kernel/text/one-line.js'
import type { IdentityContext } from '../model/caller.js'

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
  { config, declared }: Pick<IdentityContext, 'config' | 'declared'>,
  accountId: string | null,
  settings: EndpointSettings,
): CheckedSettings {
  const issues: InputIssue[] = []
  const { types } = settings
  const address = settings.url == null ? null : readEndpointUrl(config, accountId, settings.url)
  if (address?.problem) issues.push({ path: ['url'], code: 'INVALID_URL', message: address.problem })
  const problems = types
    ? [
        ...eventTypeIssues(types),
        ...unknownTypes(
          types,
          declared.events,
          config.modules === null ? 'no event' : 'no event of the installed modules',
        ),
      ]
    : []
  issues.push(...problems.map((issue) => ({ ...issue, code: 'INVALID_PARAMETERS' as const })))
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

const FORM = /^[a-z_.]+(?:\.\*)?$/

/** Types and groups that select no event that a webhook of this installation delivers. A misspelled type would deliver nothing, without a word. */
function unknownTypes(types: readonly string[], events: EventDefinitions, none: string): ValidationIssue[] {
  const delivered = webhookEvents(events)
    .map(([type]) => type)
    .toSorted()
  const selectable = () => [
    '*',
    ...new Set(delivered.map((type) => `${type.slice(0, type.indexOf('.'))}.*`)),
    ...delivered,
  ]
  return types.flatMap((type, index) => {
    if (!FORM.test(type) || delivered.some((known) => selectsType({ types: [type], except: [] }, known))) return []
    const nearest = nearestName(type, selectable())
    const advice = nearest ? ` Did you mean ${nearest}?` : ''
    return [
      { path: ['types', index], message: `types.${index}: ${none} has the type '${type.slice(0, 60)}'.${advice}` },
    ]
  })
}

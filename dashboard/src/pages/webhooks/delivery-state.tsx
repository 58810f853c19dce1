import type { WebhookDeliveryFields } from '@stackgate/client/documents'
import { knownText } from '../../ui/known-text.js'
import { StateBadge, type StateColor } from '../../ui/state-badge.js'
import { webhookWords as texts } from '../../words/en/webhooks.js'

type Status = WebhookDeliveryFields['status']

const COLORS: Readonly<Record<Status, StateColor>> = { PENDING: 'blue', DELIVERED: 'green', DEAD: 'red' }

/** Milliseconds after which a waiting delivery is read again: its attempts are not announced by events. */
export const WAITING_MS = 3_000

export const DeliveryState = ({ status }: { readonly status: Status }) => (
  <StateBadge color={knownText(COLORS, status) ?? 'gray'}>
    {knownText(texts.deliveryStates, status) ?? status}
  </StateBadge>
)

/** The response of a request, or why there was none. */
export const outcomeText = (statusCode: number | null, error: string | null): string =>
  statusCode ? texts.status(String(statusCode)) : (error ?? '')

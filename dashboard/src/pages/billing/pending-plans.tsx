import { Alert, Button, Stack, Text } from '@mantine/core'
import type { SubscriptionData } from '@stackgate/client/documents'
import { date, label } from '../../ui/format.js'
import { calendarWords } from '../../words/en/calendar.js'

type PendingPlan = NonNullable<NonNullable<NonNullable<SubscriptionData['account']>['billing']>['pendingPlans']>[number]

interface PendingPlansProps {
  readonly pending: readonly PendingPlan[]
  /** False for a reader who must not pay. */
  readonly mayManage: boolean
}

/** Plans that were chosen and are not in effect, with the page that they wait for. */
export const PendingPlans = ({ pending, mayManage }: PendingPlansProps) =>
  pending.map(({ id, status, plan, actionUrl, expiresAt, startsAt }) => (
    <Alert key={id} color="blue" w="100%">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{calendarWords.pending[status]?.(plan.name) ?? label(status)}</Text>
        {startsAt && <Text size="sm">{calendarWords.startsOn(date(startsAt))}</Text>}
        {mayManage && actionUrl && (
          <Button component="a" href={actionUrl}>
            {status === 'AWAITING_PAYMENT' ? calendarWords.pay : calendarWords.confirm}
          </Button>
        )}
        {expiresAt && <Text size="sm">{calendarWords.until(date(expiresAt))}</Text>}
      </Stack>
    </Alert>
  ))

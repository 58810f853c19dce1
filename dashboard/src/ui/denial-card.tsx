import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { remedyActions, type Denial, type RemedyAction } from '@stackgate/client'
import { useSession } from '../session/session-context.js'
import { returnUrls } from './return-urls.js'

interface DenialCardProps {
  readonly denial: Pick<Denial, 'code' | 'message' | 'remedies'>
  readonly account: string
  /** Called when a remedy is carried out: the denied request can be repeated. */
  readonly onLifted?: () => void
  /** Called before the window leaves for the page of a remedy, for example of a payment. */
  readonly onLeave?: () => void
}

/** A refusal: its sentence, and its remedies as buttons, the cheapest first. */
export function DenialCard({ denial, account, onLifted, onLeave }: DenialCardProps) {
  const { client } = useSession()
  const [refused, setRefused] = useState<Denial | null>(null)
  const [busy, setBusy] = useState('')
  const [actions] = useState(() => remedyActions(denial, client, { accountId: account, checkout: returnUrls() }))

  const run = async (action: RemedyAction) => {
    setBusy(action.label)
    try {
      const outcome = await action.run()
      if (outcome.kind === 'checkout' || outcome.kind === 'page') {
        onLeave?.()
        location.assign(outcome.url)
      } else if (outcome.kind === 'denied') setRefused(outcome.denial)
      else onLifted?.()
    } finally {
      setBusy('')
    }
  }

  return (
    <Alert color="orange" title={denial.message} role="alert">
      {(refused || actions.length > 0) && (
        <Stack gap="sm">
          {refused && <Text size="sm">{refused.message}</Text>}
          {actions.length > 0 && (
            <Group gap="xs">
              {actions.map((action) => (
                <Button
                  key={action.label}
                  variant={action.isPrimary ? 'filled' : 'default'}
                  size="sm"
                  loading={busy === action.label}
                  onClick={() => void run(action)}
                >
                  {action.label}
                </Button>
              ))}
            </Group>
          )}
        </Stack>
      )}
    </Alert>
  )
}

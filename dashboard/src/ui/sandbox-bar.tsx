import { Button, Group, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { AdvanceClock, Installation, Subscription, type AdvanceClockVariables } from '@stackgate/client/documents'
import { expectResult } from '@stackgate/client'
import { operatorClient } from '../session/sandbox.js'
import { useSession } from '../session/session-context.js'
import { useOperation } from '@stackgate/react/hooks'
import { words } from '../words/en.js'
import { sandboxWords } from '../words/en/sandbox-bar.js'
import { date } from './format.js'
import { lazyPart } from '../session/load-part.js'

const SandboxControls = lazyPart(() => import('../pages/sandbox/sandbox-controls.js'), 'SandboxControls')

const HOUR_SECONDS = 3_600
const DAY_SECONDS = 86_400

/** The end of a month later: as calendars count, and not after the last day of the next month. */
function aMonthAfter(now: string): string {
  const end = new Date(now)
  const day = end.getUTCDate()
  end.setUTCMonth(end.getUTCMonth() + 1)
  if (end.getUTCDate() !== day) end.setUTCDate(0)
  return end.toISOString()
}

/** Account in the address. */
function useOpenAccount(): string | null {
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const [, area, account] = path.split('/')
  return area === 'a' && account ? account : null
}

/** Clock and controls of the sandbox, on every page. */
export function SandboxBar() {
  const { config } = useSession()
  const account = useOpenAccount()
  const [isOpen, setOpen] = useState(false)
  const [said, setSaid] = useState('')
  const texts = sandboxWords
  return (
    <section className="sandbox-line" aria-label={texts.label} data-open={isOpen || undefined}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" className="sandbox-banner">
          {words.sandbox.banner(config.business)}
        </Text>
        <Group gap="xs">
          <SandboxClock account={account} onSay={setSaid} />
          <Button size="compact-xs" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {texts.open}
          </Button>
        </Group>
      </Group>
      <Text size="sm" role="status">
        {said}
      </Text>
      {isOpen && config.sandboxControl && (
        <Suspense>
          <div className="sandbox-controls">
            <SandboxControls account={account} onSay={setSaid} />
          </div>
        </Suspense>
      )}
    </section>
  )
}

interface SandboxClockProps {
  readonly account: string | null
  /** Receives what happened, which is read to people who do not see the page. */
  readonly onSay: (sentence: string) => void
}

function SandboxClock({ account, onSay }: SandboxClockProps) {
  const { session } = useSession()
  const installation = useOperation(Installation, {})
  const subscription = useOperation(Subscription, { account }, { enabled: session !== null && account !== null })
  const queries = useQueryClient()
  const texts = sandboxWords
  const move = useMutation({
    mutationFn: async (input: AdvanceClockVariables['input']) => {
      onSay(texts.moving)
      const { advanceClock } = await (await operatorClient()).request(AdvanceClock, { input })
      return expectResult(advanceClock).now
    },
    onSuccess: (now) => {
      onSay(texts.moved(date(now)))
      void queries.invalidateQueries()
    },
    onError: (error) => onSay(`${texts.failed} ${error.message}`),
  })
  const now = installation.data?.installation.clock.now
  if (!now) return null
  const renewal = subscription.data?.account?.billing?.subscription?.currentPeriodEnd
  const steps: readonly (readonly [string, AdvanceClockVariables['input'] | null])[] = [
    [texts.hour, { bySeconds: HOUR_SECONDS }],
    [texts.day, { bySeconds: DAY_SECONDS }],
    [texts.month, { to: aMonthAfter(now) }],
    // The invoice of a renewal is paid an hour later.
    [texts.renewal, renewal ? { to: new Date(Date.parse(renewal) + 2 * HOUR_SECONDS * 1000).toISOString() } : null],
  ]
  return (
    <Group gap="xs">
      <Text size="sm" fw={600}>
        <time dateTime={now} title={now}>
          <span className="sandbox-clock">{texts.clock}</span> {date(now)}
        </time>
      </Text>
      <Group gap="xs" className="sandbox-steps">
        {steps.map(([name, input]) => (
          <Button
            key={name}
            size="compact-xs"
            variant="default"
            loading={move.isPending}
            data-disabled={input ? undefined : true}
            aria-disabled={input ? undefined : true}
            title={input ? undefined : texts.noRenewal}
            onClick={() => (input ? move.mutate(input) : onSay(texts.noRenewal))}
          >
            {name}
          </Button>
        ))}
      </Group>
    </Group>
  )
}

import './sandbox-bar.css'
import IconFlask from 'icon:flask'
import { Button, Group, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { Suspense, useRef, useState } from 'react'
import { AdvanceClock, Installation, Subscription, type AdvanceClockVariables } from '@stackgate/client/documents'
import { expectResult } from '@stackgate/client'
import { operatorClient } from '../session/sandbox.js'
import { hasOperations, isServed } from '../session/config.js'
import { useSession } from '../session/session-context.js'
import { useOperation } from '@stackgate/react/hooks'
import { words } from '../words/en.js'
import { sandboxWords } from '../words/en/sandbox-bar.js'
import { date } from './format.js'
import { Icon } from './icon.js'
import { lazyPart } from '../session/load-part.js'

const SandboxControls = lazyPart(() => import('./sandbox-controls.js'), 'SandboxControls')

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

/** Clock and controls of the sandbox, on every page: a mark in the header, which opens them. */
export function SandboxBar() {
  const { config } = useSession()
  const account = useOpenAccount()
  const installation = useOperation(Installation, {})
  const [isOpen, setOpen] = useState(false)
  const [said, setSaid] = useState('')
  const pill = useRef<HTMLButtonElement>(null)
  const texts = sandboxWords
  const now = installation.data?.installation.clock.now
  // The mark has its final width from the beginning.
  if (installation.isPending) return null
  return (
    <section
      className="sandbox"
      lang="en"
      aria-label={texts.label}
      onKeyDown={({ key }) => {
        if (key !== 'Escape' || !isOpen) return
        setOpen(false)
        pill.current?.focus()
      }}
    >
      <button ref={pill} type="button" className="sandbox-pill" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon of={IconFlask} />
        <span>{texts.label}</span>
        {now && (
          <time dateTime={now} title={now}>
            {date(now)}
          </time>
        )}
      </button>
      <div className="sandbox-panel" hidden={!isOpen}>
        {isOpen && (
          <Text size="sm" c="dimmed">
            {words.sandbox.banner(config.business)}
          </Text>
        )}
        {isOpen && config.sandboxSignIn && hasOperations() && now && (
          <SandboxClock account={account} now={now} onSay={setSaid} />
        )}
        <Text size="sm" role="status">
          {said}
        </Text>
        {isOpen && config.sandboxControl && isServed('/return') && (
          <Suspense>
            <SandboxControls account={account} onSay={setSaid} />
          </Suspense>
        )}
      </div>
    </section>
  )
}

interface SandboxClockProps {
  readonly account: string | null
  readonly now: string
  /** Receives what happened, which is read to people who do not see the page. */
  readonly onSay: (sentence: string) => void
}

function SandboxClock({ account, now, onSay }: SandboxClockProps) {
  const { session } = useSession()
  const subscription = useOperation(Subscription, { account }, { enabled: session !== null && account !== null })
  const queries = useQueryClient()
  const texts = sandboxWords
  const move = useMutation({
    mutationFn: async (input: AdvanceClockVariables['input']) => {
      onSay(texts.moving)
      const { advanceClock } = await (await operatorClient()).request(AdvanceClock, { input })
      return expectResult(advanceClock)
    },
    onSuccess: ({ clock, failures }) => {
      const [failed] = failures ?? []
      const moved = texts.moved(date(clock?.now ?? now))
      onSay(failed ? `${moved} ${texts.workFailed(failed.kind, failed.message)}` : moved)
      void queries.invalidateQueries()
    },
    onError: (error) => onSay(`${texts.failed} ${error.message}`),
  })
  const renewal = subscription.data?.account?.billing?.subscription?.currentPeriodEnd
  const steps: readonly (readonly [string, AdvanceClockVariables['input'] | null])[] = [
    [texts.hour, { bySeconds: HOUR_SECONDS }],
    [texts.day, { bySeconds: DAY_SECONDS }],
    [texts.month, { to: aMonthAfter(now) }],
    // The invoice of a renewal is paid an hour later.
    [texts.renewal, renewal ? { to: new Date(Date.parse(renewal) + 2 * HOUR_SECONDS * 1000).toISOString() } : null],
  ]
  return (
    <div>
      <Text fw={500} mb="xs">
        <time dateTime={now} title={now}>
          {texts.clock} {date(now)}
        </time>
      </Text>
      <Group gap="xs">
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
    </div>
  )
}

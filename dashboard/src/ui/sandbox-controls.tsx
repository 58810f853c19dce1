import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { controlSandbox, type SandboxAction, type SandboxOverview } from '../session/sandbox.js'
import { capitalized, count } from './format.js'
import { PanelContent } from './panel.js'
import { sandboxWords } from '../words/en/sandbox-bar.js'

interface SandboxControlsProps {
  /** Account in the address. */
  readonly account: string | null
  readonly onSay: (sentence: string) => void
}

/** Carries out an action and says what happened. */
type Perform = (action: SandboxAction, done: string) => void

/** Payments, webhooks and faults of the payment sandbox. */
export function SandboxControls({ account, onSay }: SandboxControlsProps) {
  const queries = useQueryClient()
  const overview = useQuery({
    queryKey: ['SandboxOverview'],
    queryFn: () => controlSandbox<SandboxOverview>({ action: 'overview' }),
    // The sandbox has no stream.
    refetchInterval: 3_000,
  })
  const change = useMutation({
    mutationFn: async ({ action }: { readonly action: SandboxAction; readonly done: string }) => {
      try {
        await controlSandbox(action)
      } finally {
        void queries.invalidateQueries({ queryKey: ['SandboxOverview'] })
      }
    },
    onSuccess: (_, { done }) => onSay(done),
    onError: (error) => onSay(`${sandboxWords.failed} ${error.message}`),
  })
  const perform: Perform = (action, done) => change.mutate({ action, done })
  return (
    <PanelContent query={overview} height={180}>
      {(found) => (
        <Stack>
          <Payments overview={found} account={account} perform={perform} onSay={onSay} />
          <ProviderWebhooks overview={found} perform={perform} />
          <Faults overview={found} perform={perform} />
        </Stack>
      )}
    </PanelContent>
  )
}

const Area = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <Stack gap="xs" align="flex-start">
    <Title order={2} size="h6">
      {title}
    </Title>
    {children}
  </Stack>
)

interface ActButtonProps {
  readonly name: string
  readonly label?: string
  readonly onClick: () => void
}

const ActButton = ({ name, label, onClick }: ActButtonProps) => (
  <Button size="compact-xs" variant="default" aria-label={label} onClick={onClick}>
    {name}
  </Button>
)

interface ActRowProps {
  readonly text: string
  /** State of the object. */
  readonly state?: string
  readonly children: ReactNode
}

/** An object, with its acts at the end of the line. */
const ActRow = ({ text, state, children }: ActRowProps) => (
  <Group gap="xs" wrap="nowrap" justify="space-between" w="100%">
    <div className="wrap">
      <Text size="sm">{text}</Text>
      {state && (
        <Text size="xs" c="dimmed">
          {state}
        </Text>
      )}
    </div>
    <Group gap="xs" wrap="nowrap">
      {children}
    </Group>
  </Group>
)

interface PaymentsProps extends SandboxControlsProps {
  readonly overview: SandboxOverview
  readonly perform: Perform
}

function Payments({ overview, account, perform, onSay }: PaymentsProps) {
  const texts = sandboxWords.payments
  const ofAccount = <Item extends { readonly accountId: string | null }>(items: readonly Item[]) =>
    account === null ? items : items.filter(({ accountId }) => accountId === account)
  const [customer] = account === null ? [] : ofAccount(overview.customers)
  const checkouts = ofAccount(overview.checkouts)
  const payments = ofAccount(overview.payments)
  return (
    <Area title={texts.title}>
      {checkouts.length === 0 && <Text size="sm">{texts.noCheckouts}</Text>}
      {checkouts.map(({ id, amount }) => (
        <ActRow key={id} text={amount}>
          <ActButton
            name={texts.pay}
            label={texts.payNamed(amount)}
            onClick={() => perform({ action: 'pay', checkout: id, outcome: 'paid' }, texts.paid)}
          />
          <ActButton
            name={texts.decline}
            label={texts.declineNamed(amount)}
            onClick={() => perform({ action: 'pay', checkout: id, outcome: 'declined' }, texts.declined)}
          />
        </ActRow>
      ))}
      {payments.length === 0 && <Text size="sm">{texts.noPayments}</Text>}
      {payments.map(({ id, amount }) => (
        <ActRow key={id} text={amount}>
          <ActButton
            name={texts.dispute}
            label={texts.disputeNamed(amount)}
            onClick={() => perform({ action: 'dispute', payment: id }, texts.disputed)}
          />
        </ActRow>
      ))}
      {account !== null && (
        <ActButton
          name={texts.failNext}
          onClick={() =>
            customer ? perform({ action: 'failNext', customer: customer.id }, texts.willFail) : onSay(texts.noCustomer)
          }
        />
      )}
    </Area>
  )
}

interface PartProps {
  readonly overview: SandboxOverview
  readonly perform: Perform
}

const SHOWN_DELIVERIES = 4

function ProviderWebhooks({ overview, perform }: PartProps) {
  const texts = sandboxWords.webhooks
  return (
    <Area title={texts.title}>
      <Group gap="xs">
        <ActButton
          name={texts.duplicate}
          onClick={() => perform({ action: 'fault', fault: 'duplicate' }, texts.duplicated)}
        />
        <ActButton
          name={texts.reorder}
          onClick={() => perform({ action: 'fault', fault: 'shuffle' }, texts.reordered)}
        />
      </Group>
      <Text size="sm">{overview.deliveries.length ? texts.latest : texts.none}</Text>
      {overview.deliveries.slice(0, SHOWN_DELIVERIES).map(({ id, eventType, status }) => (
        <ActRow key={id} text={eventType} state={capitalized(status)}>
          <ActButton
            name={texts.again}
            label={texts.againNamed(eventType)}
            onClick={() => perform({ action: 'resend', delivery: id }, texts.resent)}
          />
        </ActRow>
      ))}
    </Area>
  )
}

function Faults({ overview, perform }: PartProps) {
  const texts = sandboxWords.faults
  const active = overview.faults.length + overview.failures.length
  return (
    <Area title={texts.title}>
      <Text size="sm">{active ? texts.active(active, count(active)) : texts.none}</Text>
      <Group gap="xs">
        <ActButton name={texts.down} onClick={() => perform({ action: 'fault', fault: 'down' }, texts.isDown)} />
        {active > 0 && <ActButton name={texts.clear} onClick={() => perform({ action: 'clear' }, texts.cleared)} />}
      </Group>
    </Area>
  )
}

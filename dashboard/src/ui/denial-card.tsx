import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { remedyActions, type Denial, type DenialRemedy, type RemedyAction } from '@stackgate/client'
import { useSession } from '../session/session-context.js'
import { words } from '../words/en.js'
import { moment, money, priceUnit } from './format.js'
import { returnUrls } from './return-urls.js'

/** Loaded when the first remedy is confirmed. */
const RemedyDialog = lazy(() => import('./remedy-dialog.js'))

interface DenialCardProps {
  readonly denial: Pick<Denial, 'code' | 'message' | 'remedies' | 'retryAfterMs'>
  readonly account: string
  /** Called when a remedy is carried out: the denied request can be repeated. */
  readonly onLifted?: () => void
  /** Called before the window leaves for the page of a remedy, for example of a payment. */
  readonly onLeave?: () => void
}

/** A refusal: its sentence, and its remedies as buttons with their prices, the cheapest first. */
export function DenialCard({ denial, account, onLifted, onLeave }: DenialCardProps) {
  const { client } = useSession()
  const [refused, setRefused] = useState<Denial | null>(null)
  const [busy, setBusy] = useState('')
  const [chosen, setChosen] = useState<RemedyAction | null>(null)
  const [waits] = useState(() => waitsOf(denial))
  const [actions] = useState(() =>
    remedyActions(denial, client, { accountId: account, checkout: returnUrls() }).filter(({ kind }) => kind !== 'WAIT'),
  )

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
      setChosen(null)
    }
  }

  return (
    <Alert color="orange" title={sentences[denial.code] ?? denial.message} role="alert">
      {(refused || waits.length > 0 || actions.length > 0) && (
        <Stack gap="sm">
          {refused && <Text size="sm">{refused.message}</Text>}
          {waits.map((text) => (
            <Text size="sm" key={text}>
              {text}
            </Text>
          ))}
          {actions.length > 0 && (
            <Group gap="xs">
              {actions.map((action) => (
                <Button
                  key={action.label}
                  variant={action.isPrimary ? 'filled' : 'default'}
                  size="sm"
                  loading={busy === action.label}
                  onClick={() => (action.needsConfirmation ? setChosen(action) : void run(action))}
                >
                  {withPrice(action.label, denial.remedies)}
                </Button>
              ))}
            </Group>
          )}
        </Stack>
      )}
      {chosen && (
        <Suspense fallback={null}>
          <RemedyDialog
            step={chosen.step}
            title={withPrice(chosen.label, denial.remedies)}
            account={account}
            isPending={busy === chosen.label}
            onConfirm={() => void run(chosen)}
            onLifted={() => onLifted?.()}
            onClose={() => setChosen(null)}
          />
        </Suspense>
      )}
    </Alert>
  )
}

/** Sentences for refusals whose message names an address of the API. */
const sentences: Readonly<Partial<Record<string, string>>> = words.denials

type Money = Parameters<typeof money>[0]

interface PricedRemedy extends DenialRemedy {
  readonly price?: (Parameters<typeof priceUnit>[0] & { readonly money: Money }) | null
  /** Price of the quantity that is needed. */
  readonly total?: Money | null
}

/** Text of a button: the remedy, and what it costs. */
function withPrice(label: string, remedies: readonly DenialRemedy[]): string {
  const { price, total } = (remedies.find((remedy) => remedy.label === label) ?? {}) as PricedRemedy
  if (!price) return label
  return words.remedy.priced(label, money(total ?? price.money), priceUnit(total ? { ...price, per: null } : price))
}

/** The time from which the request is accepted again, for refusals that time lifts. */
function waitsOf({ remedies, retryAfterMs }: DenialCardProps['denial']): readonly string[] {
  const waits = remedies
    .filter(({ kind }) => kind === 'WAIT')
    .map(({ label = '', at }) => (typeof at === 'string' ? words.remedy.waitUntil(label, moment(at)) : `${label}.`))
  if (waits.length > 0 || retryAfterMs === undefined) return waits
  return [words.remedy.again(moment(Date.now() + retryAfterMs))]
}

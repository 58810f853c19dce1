import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { Suspense, useState } from 'react'
import type { Denial, DenialRemedy } from '@stackgate/client'
import { useDenial, type DenialAction } from '@stackgate/react/hooks'
import { words } from '../words/en.js'
import { ForDevelopers } from './for-developers.js'
import { count, date, moment, money, priceUnit, timeOfDay } from './format.js'
import { lazyPart } from '../session/load-part.js'

/** Loaded when the first remedy is confirmed. */
const RemedyDialog = lazyPart(() => import('./remedy-dialog.js'), 'default')

export interface DenialCardProps {
  readonly denial: Pick<Denial, 'code' | 'message' | 'remedies' | 'retryAfterSeconds'>
  readonly account: string
  /** Called when a remedy is carried out: the denied request can be repeated. */
  readonly onLifted?: () => void
  /** Called before the window leaves for the page of a remedy, for example of a payment. */
  readonly onLeave?: () => void
}

/** A refusal: its sentence, and its remedies as buttons with their prices, the cheapest first. */
export default function DenialAlert({ denial: given, account, onLifted, onLeave }: DenialCardProps) {
  // Live data replace the object of the denial by an equal one.
  const [refused] = useState(given)
  const [chosen, setChosen] = useState('')
  const view = useDenial(refused, {
    accountId: account,
    onOutcome: ({ kind }) => {
      setChosen('')
      if (kind === 'done' || kind === 'retry' || kind === 'wait') onLifted?.()
    },
    onRedirect: (url) => {
      onLeave?.()
      location.assign(url)
    },
  })
  if (!view) return null
  const { denial, error } = view
  const waits = waitsOf(denial)
  const actions = view.actions.filter(({ remedy }) => remedy.kind !== 'WAIT')
  const confirmed = actions.find(({ key }) => key === chosen)
  const priced = (action: DenialAction) => withPrice(action.label, denial.remedies)
  return (
    <Alert color="orange" title={sentences[denial.code] ?? withSeparators(denial.message)} role="alert">
      <Stack gap="sm">
        <ForDevelopers problem={error ?? denial} />
        {error && <Text size="sm">{error.message}</Text>}
        {waits.map((text) => (
          <Text size="sm" key={text}>
            {text}
          </Text>
        ))}
        {actions.length > 0 && (
          <Group gap="xs">
            {actions.map((action) => (
              <Button
                key={action.key}
                variant={action.isPrimary ? 'filled' : 'default'}
                size="sm"
                loading={action.isPending}
                onClick={() => (action.needsConfirmation ? setChosen(action.key) : action.run())}
              >
                {priced(action)}
              </Button>
            ))}
          </Group>
        )}
      </Stack>
      {confirmed && (
        <Suspense fallback={null}>
          <RemedyDialog
            action={confirmed}
            error={error}
            title={priced(confirmed)}
            account={account}
            onLifted={() => onLifted?.()}
            onClose={() => setChosen('')}
          />
        </Suspense>
      )}
    </Alert>
  )
}

/** Sentences for refusals whose message names an address of the API. */
const sentences: Readonly<Partial<Record<string, string>>> = words.denials

/** Clients match the sentences of the API, so that their numbers have no separators. */
const withSeparators = (message: string): string =>
  message.replaceAll(/(?<![\w.-])\d{5,}(?![\w-])/g, (digits) => count(Number(digits)))

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
function waitsOf({ remedies, retryAfterSeconds: seconds }: DenialCardProps['denial']): readonly string[] {
  const waits = remedies
    .filter(({ kind }) => kind === 'WAIT')
    .map(({ label = '', at }) =>
      typeof at === 'string' ? `${label}: ${date(at)}, ${timeOfDay(at)} UTC.` : `${label}.`,
    )
  if (waits.length > 0 || typeof seconds !== 'number') return waits
  return [words.remedy.again(moment(Date.now() + seconds * 1000))]
}

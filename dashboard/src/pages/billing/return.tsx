import { Alert, Anchor, Button, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { DenialError, expectResult, StackgateError } from '@stackgate/client'
import { ConfirmCheckout, Viewer, type CheckoutFields } from '@stackgate/client/documents'
import { clearContinuation, storedContinuation, type Continuation } from '../../session/continuation.js'
import { useOperation } from '@stackgate/react/hooks'
import { useSession } from '../../session/session-context.js'
import { PageHeading } from '../../ui/page-heading.js'
import { words } from '../../words/en.js'
import { checkoutWords } from '../../words/en/checkout.js'
import { SignInFirst } from '../welcome/sign-in-first.js'

/** The parameters of the return, read once: they leave the address before anything else happens, but for signing in. */
function takeParameters(isTaken: boolean): { readonly sessionId: string | null; readonly isCanceled: boolean } {
  const { searchParams } = new URL(location.href)
  const taken = { sessionId: searchParams.get('session_id'), isCanceled: searchParams.has('canceled') }
  if (isTaken && (taken.sessionId || taken.isCanceled)) history.replaceState(history.state, '', location.pathname)
  return taken
}

/** From the payment provider back to the dashboard. The server says what was paid; parameters of an address prove nothing. */
export function Return() {
  const { client, session } = useSession()
  const [{ sessionId, isCanceled }] = useState(() => takeParameters(session !== null))
  // Asked again until the payment is decided; the request has no further effect.
  const { data: checkout, error } = useQuery({
    queryKey: ['ConfirmCheckout', sessionId],
    queryFn: async () =>
      expectResult((await client.request(ConfirmCheckout, { by: { providerReference: sessionId! } })).confirmCheckout),
    enabled: session !== null && sessionId !== null,
    refetchInterval: ({ state }) => (state.data && !isUndecided(state.data) ? false : 2_000),
  })

  const continuation = useContinuation(checkout?.status === 'COMPLETED', isCanceled)

  if (!session) return <SignInFirst />
  return (
    <Stack>
      <PageHeading>{words.billing.title}</PageHeading>
      <div role="status">
        <Outcome checkout={checkout ?? null} isCanceled={isCanceled || !sessionId} error={error} />
      </div>
      <Next continuation={continuation} />
    </Stack>
  )
}

const isUndecided = ({ status }: CheckoutFields): boolean =>
  status === 'OPEN' || status === 'CREATING' || status === 'PROCESSING'

interface OutcomeProps {
  readonly checkout: CheckoutFields | null
  readonly isCanceled: boolean
  readonly error: Error | null
}

/** True if the server knows no such payment of the account. Other errors say nothing about it. */
const isUnknown = (error: Error): boolean =>
  error instanceof DenialError || (error instanceof StackgateError && error.code === 'NOT_FOUND')

function Outcome({ checkout, isCanceled, error }: OutcomeProps) {
  if (isCanceled) return <Alert color="gray">{checkoutWords.canceled}</Alert>
  if (error && !checkout)
    return (
      <Alert color="orange">{isUnknown(error) ? checkoutWords.unknown : checkoutWords.failed(error.message)}</Alert>
    )
  if (!checkout || checkout.status === 'OPEN' || checkout.status === 'CREATING')
    return <Alert color="blue">{checkoutWords.confirming}</Alert>
  const { status, paymentUrl, product } = checkout
  if (status === 'PROCESSING')
    return (
      <Alert color="blue">
        {paymentUrl ? (
          <WithInvoice text={checkoutWords.beginsWithPayment} url={paymentUrl} />
        ) : (
          checkoutWords.processing
        )}
      </Alert>
    )
  if (status === 'COMPLETED')
    return (
      <Alert color="green">
        {paymentUrl ? (
          <WithInvoice text={checkoutWords.byInvoice(product.name)} url={paymentUrl} />
        ) : (
          checkoutWords.paid(product.name)
        )}
      </Alert>
    )
  return <Alert color="orange">{checkoutWords.notPaid}</Alert>
}

const WithInvoice = ({ text, url }: { readonly text: string; readonly url: string }) => (
  <>
    {text}{' '}
    <Anchor href={url} underline="always">
      {checkoutWords.openInvoice}
    </Anchor>
  </>
)

/** The deployment that the payment interrupted. It continues when it is paid; without a payment, nothing is deployed. */
function useContinuation(isPaid: boolean, isCanceled: boolean): Continuation | null {
  const navigate = useNavigate()
  const [continuation] = useState(storedContinuation)
  useEffect(() => {
    if (isCanceled) clearContinuation()
    else if (isPaid && continuation) void navigate({ to: continuation.path })
  }, [isPaid, isCanceled, continuation, navigate])
  return continuation
}

function Next({ continuation }: { readonly continuation: Continuation | null }) {
  const navigate = useNavigate()
  const viewer = useOperation(Viewer, {})
  const account = viewer.data?.viewer?.account.id
  if (!account) return null
  return (
    <Group>
      {continuation && (
        <Button onClick={() => void navigate({ to: continuation.path })}>
          {checkoutWords.toTemplate(continuation.name)}
        </Button>
      )}
      <Button
        variant={continuation ? 'default' : 'filled'}
        onClick={() => void navigate({ to: `/a/${account}/billing` })}
      >
        {checkoutWords.toBilling}
      </Button>
      <Button variant="default" onClick={() => void navigate({ to: `/a/${account}/plans` })}>
        {checkoutWords.back}
      </Button>
    </Group>
  )
}

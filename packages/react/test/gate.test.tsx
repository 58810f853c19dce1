/** @jest-environment ./packages/react/test/environment.mjs */
import { Consume } from '@stackgate/client/documents'
import { fireEvent, screen, waitFor } from '@testing-library/react'
import { useGate } from '../src/index.js'
import { denial, entitlement, entitlements, expectText, failure, fakeClient, renderWith } from './support.js'

describe('Gate', () => {
  const consumed = { consume: { __typename: 'Consumption', id: 'con_1' } }
  const setUp = () => {
    const client = fakeClient({
      Consume: { consume: denial('QUOTA_EXCEEDED') },
      Entitlements: entitlements(entitlement()),
    })
    const results: unknown[] = []
    function Page() {
      const gate = useGate(
        (amount: number, { idempotencyKey }) =>
          client.request(Consume, {
            input: { accountId: 'team:a', feature: 'ai_chat_message', amount, idempotencyKey },
          }),
        { accountId: 'team:a', name: 'send' },
      )
      return (
        <>
          <button
            onClick={() =>
              void gate.run(3).then(
                (result) => results.push(result),
                (error: Error) => results.push(error.message),
              )
            }
          >
            Send
          </button>
          <button onClick={gate.dialogProps.onClose}>Close</button>
          <p>{`${gate.dialogProps.open} ${gate.denial?.code} ${gate.result ? 'done' : 'open'}`}</p>
        </>
      )
    }
    const page = renderWith(client, <Page />)
    return { client, results, page, Page }
  }
  const keysOf = (client: ReturnType<typeof fakeClient>) =>
    client.sent
      .filter(({ name }) => name === 'Consume')
      .map(({ variables }) => (variables['input'] as { idempotencyKey: string }).idempotencyKey)
  afterEach(() => sessionStorage.clear())

  it('repeats the denied act with the same idempotency key after the payment [LM5] [PL22]', async () => {
    const { client, results } = setUp()
    fireEvent.click(screen.getByText('Send'))
    await expectText('true QUOTA_EXCEEDED open')
    await waitFor(() =>
      expect(client.streams.map(({ name }) => name).sort()).toEqual(['BillingEvents', 'EntitlementChanges']),
    )
    client.answers['Consume'] = consumed
    await client.emit('BillingEvents', { __typename: 'BillingEvent', type: 'subscription.activated', cursor: 'c2' })
    await expectText('false undefined done')
    expect(results).toEqual([consumed])
    expect(new Set(keysOf(client)).size).toBe(1)
    expect(sessionStorage).toHaveLength(0)
  })

  it('abandons the act when the dialog is closed', async () => {
    const { client, results } = setUp()
    fireEvent.click(screen.getByText('Send'))
    await expectText('true QUOTA_EXCEEDED open')
    fireEvent.click(screen.getByText('Close'))
    await expectText('false undefined open')
    expect(results).toEqual([undefined])
    const before = keysOf(client).length
    await client.emit('BillingEvents', { __typename: 'BillingEvent', type: 'subscription.activated', cursor: 'c2' })
    expect(keysOf(client)).toHaveLength(before)
  })

  it('continues after the way to the payment provider in the same tab [PL22]', async () => {
    const { client, page, Page } = setUp()
    fireEvent.click(screen.getByText('Send'))
    await expectText('true QUOTA_EXCEEDED open')
    page.unmount()
    client.answers['Consume'] = consumed
    renderWith(client, <Page />)
    await expectText('false undefined done')
    expect(new Set(keysOf(client)).size).toBe(1)
  })

  it('rejects when the act fails for another reason', async () => {
    const { client, results } = setUp()
    client.answers['Consume'] = failure('FORBIDDEN')
    fireEvent.click(screen.getByText('Send'))
    await waitFor(() => expect(results).toEqual(['Message of FORBIDDEN.']))
  })
})

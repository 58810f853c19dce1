/** @jest-environment ./packages/react/test/environment.mjs */
import { Consume } from '@stackgate/client/documents'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { useGate, type GateDialogProps } from '../src/index.js'
import { denied, entitlement, entitlements, expectText, failure, fakeClient, renderWith } from './support.js'

const { jest } = import.meta

describe('Gate', () => {
  const consumed = { consume: { consumption: { id: 'con_1' }, denial: null } }
  const setUp = () => {
    const client = fakeClient({
      Consume: { consume: denied('QUOTA_EXCEEDED') },
      Entitlements: entitlements(entitlement()),
    })
    const results: unknown[] = []
    let props: GateDialogProps | undefined
    function Page() {
      const gate = useGate(
        (amount: number, { key }) =>
          client.request(Consume, { input: { accountId: 'team:a', feature: 'ai_chat_message', amount }, key }),
        { accountId: 'team:a', name: 'send' },
      )
      props = gate.dialogProps
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
          <p>{`${gate.dialogProps.open} ${gate.denial?.code} ${gate.data ? 'done' : 'open'}`}</p>
        </>
      )
    }
    const page = renderWith(client, <Page />)
    return { client, results, page, Page, outcome: () => props!.onOutcome }
  }
  const keysOf = (client: ReturnType<typeof fakeClient>) =>
    client.sent.filter(({ name }) => name === 'Consume').map(({ variables }) => variables['key'])
  afterEach(() => sessionStorage.clear())

  it('repeats the denied act with the same idempotency key after the payment', async () => {
    const { client, results } = setUp()
    fireEvent.click(screen.getByText('Send'))
    await expectText('true QUOTA_EXCEEDED open')
    await waitFor(() => expect(client.streams.map(({ name }) => name)).toEqual(['BillingEvents']))
    client.answers['Consume'] = consumed
    await client.emit('BillingEvents', { __typename: 'Event', type: 'subscription.activated', cursor: 'c2' })
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
    await client.emit('BillingEvents', { __typename: 'Event', type: 'subscription.activated', cursor: 'c2' })
    expect(keysOf(client)).toHaveLength(before)
  })

  it('continues after the way to the payment provider in the same tab', async () => {
    const { client, page, Page } = setUp()
    fireEvent.click(screen.getByText('Send'))
    await expectText('true QUOTA_EXCEEDED open')
    page.unmount()
    client.answers['Consume'] = consumed
    // Another page, with two gates of this name.
    const start = jest.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(1)
    renderWith(client, [<Page key="1" />, <Page key="2" />])
    await expectText('false undefined done')
    await expectText('false undefined open')
    expect([keysOf(client).length, new Set(keysOf(client)).size]).toEqual([2, 1])
    start.mockRestore()
  })

  it('is not repeated by itself when only the component was left', async () => {
    const { client, page, Page } = setUp()
    fireEvent.click(screen.getByText('Send'))
    await expectText('true QUOTA_EXCEEDED open')
    page.unmount()
    client.answers['Consume'] = consumed
    renderWith(client, <Page />, { wrapper: (body) => <StrictMode>{body}</StrictMode> })
    await act(() => new Promise((resolve) => setTimeout(resolve, 50)))
    await expectText('false undefined open')
    expect(keysOf(client)).toHaveLength(1)
  })

  it('runs once for a double click', async () => {
    const { client, results } = setUp()
    client.answers['Consume'] = () => new Promise((resolve) => setTimeout(() => resolve(consumed), 20))
    fireEvent.click(screen.getByText('Send'))
    fireEvent.click(screen.getByText('Send'))
    await expectText('false undefined done')
    await waitFor(() => expect(results).toEqual([consumed, consumed]))
    expect(keysOf(client)).toHaveLength(1)
    fireEvent.click(screen.getByText('Send'))
    await waitFor(() => expect(results).toHaveLength(3))
    expect(new Set(keysOf(client)).size).toBe(2)
  })

  it('waits as long as a remedy says, at most while it is mounted', async () => {
    const { client, page, outcome } = setUp()
    fireEvent.click(screen.getByText('Send'))
    await expectText('true QUOTA_EXCEEDED open')
    const in30Days = new Date(Date.now() + 30 * 86_400_000)
    act(() => outcome()({ kind: 'wait', retryAt: in30Days } as never))
    act(() => outcome()({ kind: 'wait', retryAt: new Date(Date.now() + 30) } as never))
    await waitFor(() => expect(keysOf(client)).toHaveLength(2))
    await expectText('true QUOTA_EXCEEDED open')
    act(() => outcome()({ kind: 'wait', retryAt: new Date(Date.now() + 30) } as never))
    page.unmount()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(keysOf(client)).toHaveLength(2)
  })

  it.each([-3_600_000, 3_600_000])(
    'waits as long as the server says with a clock that is wrong by %d ms',
    async (skew) => {
      const { client, outcome } = setUp()
      const retryAt = new Date(Date.now() + 300)
      client.answers['Consume'] = { consume: denied('RATE_LIMITED', { retryAfterSeconds: 0.3 }) }
      const now = Date.now.bind(Date)
      jest.spyOn(Date, 'now').mockImplementation(() => now() + skew)
      const start = performance.now()
      fireEvent.click(screen.getByText('Send'))
      await expectText('true RATE_LIMITED open')
      client.answers['Consume'] = consumed
      act(() => outcome()({ kind: 'wait', retryAt }))
      await expectText('false undefined done')
      expect(performance.now() - start).toBeGreaterThanOrEqual(299)
      jest.restoreAllMocks()
    },
  )

  it('rejects when the act fails for another reason', async () => {
    const { client, results } = setUp()
    client.answers['Consume'] = failure('FORBIDDEN')
    fireEvent.click(screen.getByText('Send'))
    await waitFor(() => expect(results).toEqual(['Message of FORBIDDEN.']))
  })
})

/** @jest-environment ./packages/react/test/environment.mjs */
import { act, fireEvent, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { useCheckout, useCreateCheckoutSession, useCreatePortalSession } from '../src/index.js'
import { expectText, fakeClient, renderWith } from './support.js'
import { checkout } from './records.js'

function Plan() {
  const { mutate } = useCheckout()
  return <button onClick={() => mutate({ plan: 'pro' })}>Pay</button>
}

function Session() {
  const { mutate } = useCreateCheckoutSession({ plan: 'pro' })
  return <button onClick={mutate}>Pay</button>
}

function Portal() {
  const { mutate } = useCreatePortalSession()
  return <button onClick={mutate}>Pay</button>
}

const HOOKS: readonly [string, ReactNode][] = [
  ['useCheckout', <Plan key="plan" />],
  ['useCreateCheckoutSession', <Session key="session" />],
  ['useCreatePortalSession', <Portal key="portal" />],
]

describe.each(HOOKS)('%s', (_name, body) => {
  /** Clicks, shows another page if the test wants it, and lets the server answer. */
  async function opened(isLeft: boolean): Promise<string[]> {
    const answers: (() => void)[] = []
    const later = (data: unknown) => () => new Promise((resolve) => answers.push(() => resolve(data)))
    const portal = { url: checkout.url }
    const client = fakeClient({
      StartSubscription: later({ startSubscription: checkout }),
      OpenBillingPortal: later({ openBillingPortal: portal }),
    })
    const urls: string[] = []
    const page = renderWith(client, body, { redirect: (url) => void urls.push(url) })
    fireEvent.click(screen.getByText('Pay'))
    await expectText('Pay')
    while (answers.length === 0) await Promise.resolve()
    if (isLeft) page.show(<p>another page</p>)
    // Longer than the microtasks of the mutation.
    await act(async () => {
      answers[0]!()
      await new Promise((resolve) => setTimeout(resolve, 0))
    })
    return urls
  }

  it('opens the page of the provider', async () => {
    expect(await opened(false)).toEqual([checkout.url])
  })

  it('opens nothing after the component was removed', async () => {
    expect(await opened(true)).toEqual([])
  })
})

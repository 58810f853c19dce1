/** @jest-environment ./packages/react/test/environment.mjs */
import { DeadLetters } from '@stackgate/client/documents'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { useAccount, useBillingEvents, useEntitlement, useLiveOperators, useOperation } from '../src/hooks.js'
import { account, entitlement, entitlements, expectText, failure, fakeClient, renderWith } from './support.js'

const wait = (ms: number) => act(() => new Promise((resolve) => setTimeout(resolve, ms)))

function Usage({ accountId }: { readonly accountId?: string }) {
  const { used, isLive, isPending } = useEntitlement('ai_chat_message', accountId)
  return <p>{isPending ? 'unknown' : `${used} used${isLive ? ', live' : ''}`}</p>
}

function Name() {
  const { data, refetch } = useAccount()
  return <button onClick={() => void refetch()}>{data?.name ?? 'unknown'}</button>
}

async function readTimes(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    fireEvent.click(screen.getByRole('button'))
    await wait(20)
  }
}

describe('Streams of hooks', () => {
  const countOf = (client: ReturnType<typeof fakeClient>, name: string) =>
    client.sent.filter((each) => each.name === name).length

  it('read everything again at most once a second during many interruptions', async () => {
    const client = fakeClient({ Entitlements: entitlements(entitlement()) })
    renderWith(client, <Usage />)
    await expectText('40 used, live')
    client.sent.length = 0
    client.answers['Entitlements'] = entitlements(entitlement({ revision: 2, used: 85 }))
    for (let n = 0; n < 10; n++) {
      await client.resync()
      await wait(30)
    }
    await expectText('85 used, live')
    await wait(1_500)
    expect(countOf(client, 'Entitlements')).toBeLessThanOrEqual(2)
  })

  it('read the lists of operators again at most once a second during many interruptions', async () => {
    const client = fakeClient({ DeadLetters: { deadLetters: { nodes: [] } } })
    function List() {
      useLiveOperators()
      return <p>{useOperation(DeadLetters, {}).data ? 'read' : 'unknown'}</p>
    }
    renderWith(client, <List />)
    await expectText('read')
    await waitFor(() => expect(client.streams).toHaveLength(1))
    client.sent.length = 0
    for (let n = 0; n < 10; n++) await client.resync()
    await wait(1_500)
    expect(countOf(client, 'DeadLetters')).toBeLessThanOrEqual(2)
  })

  it('do not begin earlier because something is read, and the reading does not wait for them', async () => {
    const client = fakeClient({ Account: account(), AccountCursor: failure('UNAVAILABLE') })
    renderWith(client, <Name />)
    await expectText('Readers')
    client.sent.length = 0
    await readTimes(8)
    expect(countOf(client, 'Account')).toBe(8)
    expect(countOf(client, 'AccountCursor')).toBeLessThanOrEqual(1)
  })

  it('do not begin again at once when the server ends them again and again', async () => {
    const client = fakeClient({ Account: account() })
    renderWith(client, <Name />)
    await expectText('Readers')
    await waitFor(() => expect(client.streams).toHaveLength(1))
    client.sent.length = 0
    for (let n = 0; n < 8; n++) {
      await client.setState({ state: 'ended', reason: 'closed', error: undefined })
      await readTimes(1)
    }
    expect(countOf(client, 'AccountCursor')).toBeLessThanOrEqual(2)
    await wait(2_100)
    await readTimes(1)
    await waitFor(() => expect(countOf(client, 'AccountCursor')).toBeGreaterThan(0))
  })

  it('are one for an account with an ID, a reference and as the current one', async () => {
    const client = fakeClient({
      Entitlements: entitlements(entitlement()),
      AccountEvents: {
        account: { billing: { events: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } } },
      },
    })
    const seen: string[] = []
    function Page({ accounts }: { readonly accounts: readonly (string | undefined)[] }) {
      useBillingEvents({ accountId: 'acc_1', onEvent: ({ type }) => void seen.push(type) })
      return accounts.map((id) => <Usage key={id ?? 'current'} {...(id ? { accountId: id } : {})} />)
    }
    const page = renderWith(client, <Page accounts={['acc_1', 'community:42']} />)
    await waitFor(() => expect(screen.getAllByText('40 used, live')).toHaveLength(2))
    expect(client.streams).toHaveLength(1)
    // One that comes later asks which account it is.
    page.show(<Page accounts={['community:42', undefined]} />)
    await waitFor(() => expect(screen.getAllByText('40 used, live')).toHaveLength(2))
    await wait(2_200)
    expect(client.streams).toHaveLength(1)
    client.answers['Entitlements'] = entitlements(entitlement({ revision: 2, used: 85 }))
    await client.emit('BillingEvents', { __typename: 'Event', type: 'usage.adjusted', cursor: 'c2' })
    await waitFor(() => expect(screen.getAllByText('85 used, live')).toHaveLength(2))
    expect(seen).toEqual(['usage.adjusted'])
    expect(client.opened).toBe(1)
    page.show(<p>elsewhere</p>)
    await waitFor(() => expect(client.streams).toHaveLength(0), { timeout: 4_000 })
  })
})

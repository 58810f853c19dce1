/** @jest-environment ./packages/react/test/environment.mjs */
import { act } from '@testing-library/react'
import fc from 'fast-check'
import { StackgateProvider, useAccount, useCommunityBillingInfo } from '../src/hooks.js'
import { account, fakeClient, renderWith } from './support.js'

/** Values that JavaScript can pass instead of an ID. `undefined` stands for the account of the token where a hook or the provider says so. */
const notTexts = fc.oneof(
  fc.constantFrom<unknown>(null, Number.NaN, 0, 42, '', ' ', {}, [], ['a'], true, Symbol('a'), Promise.resolve('a')),
  fc.anything({ withBigInt: true }).filter((value) => typeof value !== 'string' && value !== undefined),
)

describe('accounts of hooks', () => {
  it('send no request for what is no text', async () => {
    await fc.assert(
      fc.asyncProperty(notTexts, fc.constantFrom('hook', 'provider', 'community'), async (id, place) => {
        const client = fakeClient({ Account: account() })
        function Info() {
          useAccount(place === 'hook' && id !== null ? (id as string) : undefined)
          return null
        }
        function Community() {
          useCommunityBillingInfo(id as string)
          return null
        }
        const page = place === 'community' ? <Community /> : <Info />
        const { unmount } = renderWith(
          client,
          <StackgateProvider client={client} {...(place === 'community' ? {} : { accountId: id as string })}>
            {page}
          </StackgateProvider>,
        )
        await act(async () => Promise.resolve())
        expect(client.sent).toEqual([])
        unmount()
      }),
      { numRuns: 60 },
    )
  })
})

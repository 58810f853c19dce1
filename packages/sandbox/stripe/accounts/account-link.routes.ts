import { z } from 'zod'
import { text, unsupported, url } from '../api/fields.js'
import { route } from '../api/route.js'
import { requireAccount } from './account.routes.js'

/** As Stripe's: a link opens for a few minutes, and once. */
const LIVES_SECONDS = 300

/** Links to the onboarding page of a connected account. */
export const accountLinkRoutes = [
  route(
    'POST',
    '/v1/account_links',
    z.strictObject({
      account: text,
      type: z.literal('account_onboarding'),
      return_url: url,
      refresh_url: url,
      collect: unsupported,
      collection_options: unsupported,
    }),
    (world, { input }) => {
      const account = requireAccount(world, input.account)
      const id = world.ids.next('alnk')
      const expires_at = world.clock.seconds + LIVES_SECONDS
      world.store.put('account_link', {
        id,
        account: account.id,
        returnUrl: input.return_url,
        refreshUrl: input.refresh_url,
        expiresAt: expires_at,
        used: false,
      })
      return {
        object: 'account_link' as const,
        created: world.clock.seconds,
        expires_at,
        url: `${world.baseUrl}/connect/${id}`,
      }
    },
  ),
]

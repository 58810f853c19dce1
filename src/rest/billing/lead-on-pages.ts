import { UPGRADE_PAGE } from '#services/entitlements/model/upgrade-page.js'

/** Pages that providers, mails and denials link to. */
export const billingPages = [
  {
    path: '/billing/return',
    forBrowsersOnly: false,
    words: ({ cancelled }: Readonly<Record<string, unknown>>) =>
      cancelled
        ? { title: 'Nothing was paid', text: 'You left the checkout. You can start it again at any time.' }
        : {
            title: 'Thank you',
            text: 'Your payment is being confirmed. Your plan changes as soon as the payment provider confirms it.',
          },
  },
  {
    path: UPGRADE_PAGE,
    inDashboard: 'plans',
    forBrowsersOnly: true,
    words: () => ({
      title: 'Choose a plan',
      text: 'Your plan does not include this. You can buy a plan in the dashboard, or with the API mutation startSubscription.',
    }),
  },
] as const

/** Pages that denials link to. */
export const marketplacePages = [
  {
    path: '/billing/purchase-template',
    forBrowsersOnly: true,
    words: () => ({
      title: 'Buy this template',
      text: 'This template requires a payment. You can buy it in the dashboard, or with the API mutation purchaseTemplate.',
    }),
  },
] as const

/** Objects of the installation in the command palette of operators. */
export const foundWords = {
  group: 'Objects of customers and vendors',
  subscription: (plan: string) => `Subscription to ${plan}`,
  purchase: (amount: string) => `Purchase, ${amount}`,
  template: 'Template',
} as const

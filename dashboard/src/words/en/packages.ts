/** Sentences of packages that add to a plan. */
export const packages = {
  title: 'Add to your plan',
  have: (quantity: string) => `Your subscription has ${quantity}.`,
  buy: 'Buy',
  buyNamed: (name: string) => `Buy ${name}`,
  add: 'Add',
  addNamed: (name: string) => `Add ${name}`,
  remove: 'Remove',
  removeNamed: (name: string) => `Remove ${name}`,
  addText: (price: string) =>
    `${price}. The rest of the period is charged now, to the payment method of the subscription.`,
  removeText: 'It ends now. Its limits and credits end with it.',
  keep: 'Cancel',
  needsSubscription: 'It is added to a subscription: choose a plan first.',
}

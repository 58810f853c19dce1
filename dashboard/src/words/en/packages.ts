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
  needsSubscription: 'It is added to a subscription: choose a plan first.',
}

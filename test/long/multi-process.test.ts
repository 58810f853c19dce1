import { rerunScenario } from '../scenarios/multi-process/stories.js'

await rerunScenario(
  'addons',
  'catalog-usage',
  'dunning',
  'first-day',
  'marketplace-story',
  'plan-changes',
  'plan-versions',
  'purchase-stories',
  'trials',
  'yearly-to-monthly',
  '../contract/providers/event-orders',
)

import { rerunScenario } from '../scenarios/multi-process/stories.js'

await rerunScenario(
  'addons',
  'catalog-usage',
  'dunning',
  'first-day',
  'marketplace-story',
  'migrate-plan',
  'plan-changes',
  'purchase-stories',
  'trials',
  'yearly-to-monthly',
  '../contract/providers/event-orders',
)
